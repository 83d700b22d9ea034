package io.claviger.benchmarks;

import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleSupplier;

/**
 * Interleaved rounds: every client once in each round, in turning order, beside a bare cipher over
 * the same bytes; before them a third as many rounds, for three seconds at least, count for
 * nothing. Calls of at most 1 MiB have ten times as many rounds after at least forty seconds: until
 * then a JVM still compiles.
 *
 * @param counted how many rounds
 */
record Rounds(int counted) {
  private static final long SHORT_BYTES = 1 << 20;
  private static final int MORE_OF_SHORT = 10;
  private static final long WARM_UP_NANOS = 3_000_000_000L;
  private static final long SHORT_WARM_UP_NANOS = 40_000_000_000L;

  static final String HEADING =
      "%-32s %10s %9s %9s %9s %8s %6s %11s %6s  %s"
          .formatted(
              "call",
              "bytes",
              "plain",
              "ours",
              "s3ec",
              "cipher",
              "ours/p",
              "quartiles",
              "s3ec/o",
              "ours is to take at most");

  /** Before a client is warm: a third as many, and at least three. */
  int warmUps() {
    return Math.max(3, counted / 3);
  }

  /** Measures one row after warming up. */
  void warm(String what, long bytes, Target target, List<DoubleSupplier> calls) {
    measure(what, bytes, target, warmUps(), calls);
  }

  /**
   * Measures one row and prints its line: medians in milliseconds, medians and quartiles of the
   * ratios round by round.
   *
   * @param warmUps rounds that count for nothing
   * @param calls of plain, ours and, where it can, the S3 Encryption Client; each makes its call
   *     and returns the milliseconds
   */
  void measure(String what, long bytes, Target target, int warmUps, List<DoubleSupplier> calls) {
    boolean isShort = warmUps > 0 && bytes <= SHORT_BYTES;
    long warmUpNanos = isShort ? SHORT_WARM_UP_NANOS : WARM_UP_NANOS;
    int rounds = isShort ? MORE_OF_SHORT * counted : counted;
    double[][] millis = new double[calls.size()][rounds];
    double[] cipher = new double[rounds];
    BareCipher bare = new BareCipher(Math.toIntExact(target.cipherBytes()));
    long begun = System.nanoTime();
    for (int i = 0; i < warmUps || warmUps > 0 && System.nanoTime() - begun < warmUpNanos; i++) {
      round(calls, i);
      bare.millis();
    }
    for (int i = 0; i < rounds; i++) {
      double[] taken = round(calls, i);
      for (int s = 0; s < taken.length; s++) {
        millis[s][i] = taken[s];
      }
      cipher[i] = bare.millis();
    }
    double plain = quartile(millis[0], 2);
    double ours = quartile(millis[1], 2);
    double[] ratios = ratios(millis[1], millis[0]);
    boolean theirs = calls.size() > 2;
    System.out.println(
        "%-32s %10d %9.2f %9.2f %9s %8s %6.2f %11s %6s  %s"
            .formatted(
                what,
                bytes,
                plain,
                ours,
                theirs ? "%.2f".formatted(quartile(millis[2], 2)) : "-",
                target.cipherBytes() == 0 ? "" : "%.2f".formatted(quartile(cipher, 2)),
                quartile(ratios, 2),
                "%.2f..%.2f".formatted(quartile(ratios, 1), quartile(ratios, 3)),
                theirs ? "%.2f".formatted(quartile(ratios(millis[2], millis[1]), 2)) : "-",
                target.verdict(plain, ours, quartile(ratios, 2), quartile(cipher, 2))));
  }

  private static double[] round(List<DoubleSupplier> calls, int number) {
    double[] millis = new double[calls.size()];
    for (int s = 0; s < millis.length; s++) {
      int turn = (s + number) % millis.length;
      millis[turn] = calls.get(turn).getAsDouble();
    }
    return millis;
  }

  private static double[] ratios(double[] of, double[] to) {
    double[] ratios = new double[of.length];
    Arrays.setAll(ratios, i -> of[i] / to[i]);
    return ratios;
  }

  private static double quartile(double[] values, int quarter) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[(sorted.length - 1) * quarter / 4];
  }
}
