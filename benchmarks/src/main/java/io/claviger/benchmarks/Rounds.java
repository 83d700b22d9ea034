package io.claviger.benchmarks;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Interleaved rounds: every subject once in each round, in turning order, beside a bare cipher over
 * the same bytes; a third as many rounds before them count for nothing.
 */
final class Rounds {
  static final String HEADING =
      "%-26s %10s %9s %9s %9s %8s %7s %7s %8s"
          .formatted(
              "call", "bytes", "plain", "ours", "s3ec", "cipher", "ours/p", "s3ec/o", "target");

  private final int rounds;
  private final List<Subject> subjects;

  Rounds(int rounds, List<Subject> subjects) {
    this.rounds = rounds;
    this.subjects = subjects;
  }

  /**
   * Measures one call and prints its line: medians in milliseconds, and medians of the ratios round
   * by round. The target, where there is one, is the plain time and 1.25 times the cipher's.
   *
   * @param call makes the call and returns its milliseconds
   * @param cipherBytes what a bare cipher seals in each round, 0 for none
   */
  void measure(String what, int bytes, int cipherBytes, ToDoubleFunction<Subject> call) {
    double[][] millis = new double[subjects.size()][rounds];
    double[] cipher = new double[rounds];
    BareCipher bare = new BareCipher(cipherBytes);
    for (int i = -Math.max(3, rounds / 3); i < rounds; i++) {
      for (int s = 0; s < subjects.size(); s++) {
        int turn = Math.floorMod(s + i, subjects.size());
        double taken = call.applyAsDouble(subjects.get(turn));
        if (i >= 0) {
          millis[turn][i] = taken;
        }
      }
      double taken = bare.millis();
      if (i >= 0) {
        cipher[i] = taken;
      }
    }
    double plain = median(millis[0]);
    double ours = median(millis[1]);
    System.out.printf(
        "%-26s %10d %9.2f %9.2f %9.2f %8.2f %7.2f %7.2f %8s%n",
        what,
        bytes,
        plain,
        ours,
        median(millis[2]),
        median(cipher),
        median(ratios(millis[1], millis[0])),
        median(ratios(millis[2], millis[1])),
        cipherBytes == 0 ? "" : ours <= plain + 1.25 * median(cipher) ? "met" : "missed");
  }

  private static double[] ratios(double[] of, double[] to) {
    double[] ratios = new double[of.length];
    for (int i = 0; i < of.length; i++) {
      ratios[i] = of[i] / to[i];
    }
    return ratios;
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
