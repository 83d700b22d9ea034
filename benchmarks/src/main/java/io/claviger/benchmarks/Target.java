package io.claviger.benchmarks;

/**
 * What a row is to reach.
 *
 * @param said in the last column
 * @param cipherBytes what a bare cipher seals beside each round, 0 for nothing
 */
record Target(String said, long cipherBytes, Test test) {
  static final Target NONE = new Target("", 0, (plain, ours, ratio, cipher) -> true);

  /** Medians in milliseconds, and the median of the ratios, ours to plain, round by round. */
  @FunctionalInterface
  interface Test {
    boolean met(double plain, double ours, double ratio, double cipher);
  }

  /** The plain time and 1.25 times that of a bare cipher over the same bytes. */
  static Target cipher(long bytes) {
    return new Target(
        "plain + 1.25 cipher",
        bytes,
        (plain, ours, ratio, cipher) -> ours <= plain + 1.25 * cipher);
  }

  /** That much of the plain client's speed. */
  static Target speed(double least) {
    return new Target(
        "%.2f of plain".formatted(least), 0, (plain, ours, ratio, cipher) -> 1 / ratio >= least);
  }

  /** So many times the plain time. */
  static Target times(double most) {
    return new Target(
        "%.1f times plain".formatted(most), 0, (plain, ours, ratio, cipher) -> ratio <= most);
  }

  /** So many milliseconds more than the plain time. */
  static Target plus(double mostMillis) {
    return new Target(
        "plain + %.0f ms".formatted(mostMillis),
        0,
        (plain, ours, ratio, cipher) -> ours <= plain + mostMillis);
  }

  String verdict(double plain, double ours, double ratio, double cipher) {
    return said.isEmpty()
        ? ""
        : said + (test.met(plain, ours, ratio, cipher) ? ": met" : ": MISSED");
  }
}
