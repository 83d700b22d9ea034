package io.claviger.bulk.source;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The order of keys: that of their UTF-8 bytes, which is the order of their code points. */
final class Keys {
  /**
   * Characters between which middles are looked for; keys with others are in order all the same.
   */
  private static final char LOWEST = ' ';

  static final char HIGHEST = '~';

  private static final int BASE = HIGHEST - LOWEST + 2;
  private static final int DIGITS = 8;

  private Keys() {}

  /** Compares as stores order keys. */
  static int compare(String one, String other) {
    return Arrays.compareUnsigned(one.getBytes(UTF_8), other.getBytes(UTF_8));
  }

  /**
   * Returns a text about half-way between two keys, null where there is none.
   *
   * @param low the lower key
   * @param high the upper key, null for the end of all keys that begin with {@code prefix}
   * @param prefix begins both
   */
  static @Nullable String between(String low, @Nullable String high, String prefix) {
    int common = prefix.length();
    while (high != null
        && common < Math.min(low.length(), high.length())
        && low.charAt(common) == high.charAt(common)) {
      common++;
    }
    long first = number(low, common);
    long last = high == null ? Long.MAX_VALUE : number(high, common);
    long most = power();
    long middle = first + (Math.min(last, most) - first) / 2;
    if (middle <= first || middle >= last) {
      return null;
    }
    String text = low.substring(0, common) + text(middle);
    boolean inside = compare(low, text) < 0 && (high == null || compare(text, high) < 0);
    return inside ? text : null;
  }

  private static long power() {
    long all = 1;
    for (int i = 0; i < DIGITS; i++) {
      all *= BASE;
    }
    return all;
  }

  private static long number(String key, int from) {
    long number = 0;
    for (int i = from; i < from + DIGITS; i++) {
      number = number * BASE + (i < key.length() ? digit(key.charAt(i)) : 0);
    }
    return number;
  }

  private static int digit(char c) {
    return Math.max(LOWEST, Math.min(HIGHEST, c)) - LOWEST + 1;
  }

  private static String text(long number) {
    StringBuilder text = new StringBuilder();
    for (long rest = number; rest > 0; rest /= BASE) {
      text.append((char) (Math.max(0, rest % BASE - 1) + LOWEST));
    }
    // MinIO takes no place of a listing whose folders are named "." or ".."
    return text.reverse().toString().replace('.', '-').replace('/', '0').stripTrailing();
  }
}
