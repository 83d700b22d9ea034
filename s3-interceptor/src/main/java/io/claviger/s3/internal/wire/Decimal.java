package io.claviger.s3.internal.wire;

/** Decimal numbers as HTTP headers write them: ASCII digits and nothing else. */
public final class Decimal {
  /** So many digits fit into a long, whatever they are. */
  private static final int MAX_DIGITS = 18;

  private Decimal() {}

  /** Whether {@code text} is nothing but digits; true for an empty one. */
  public static boolean isDigits(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return false;
      }
    }
    return true;
  }

  /** Returns the number that {@code text} is; -1 where it is none of 1 to 18 digits. */
  public static long parse(String text) {
    boolean number = !text.isEmpty() && text.length() <= MAX_DIGITS && isDigits(text);
    return number ? Long.parseLong(text) : -1;
  }

  /** Returns the number that the digits {@code text} are, or {@code most} if it is larger. */
  public static long parseUpTo(String text, long most) {
    int zeros = 0;
    while (zeros < text.length() - 1 && text.charAt(zeros) == '0') {
      zeros++;
    }
    String bare = text.substring(zeros);
    return bare.length() > MAX_DIGITS ? most : Math.min(most, Long.parseLong(bare));
  }
}
