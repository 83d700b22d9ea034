package io.claviger.jca;

import java.time.Duration;
import java.util.Objects;

/**
 * How long messages of a {@link KmsEnvelope} may share a data key. A message begins under another
 * one when any of the three bounds was reached. Immutable.
 *
 * <p>What sharing costs: the key service sees one call for many messages, and a party that learns
 * one data key opens all of them. Messages that share a key have the same context; give each its
 * own associated data if one must not stand in the place of another.
 *
 * @param messages most messages, 1 to 2^32 (format 13)
 * @param bytes most bytes of plaintext; the message that passes the bound is finished
 * @param age longest time between the first message's beginning and the last one's; above zero, at
 *     most a day
 */
public record KmsDataKeyReuse(long messages, long bytes, Duration age) {
  /** Most messages of one data key (format 13). */
  public static final long MAX_MESSAGES = 1L << 32;

  private static final Duration MAX_AGE = Duration.ofDays(1);

  /**
   * Checks the bounds.
   *
   * @throws IllegalArgumentException for a bound that is out of its range
   */
  public KmsDataKeyReuse {
    Objects.requireNonNull(age, "age");
    if (messages < 1 || messages > MAX_MESSAGES) {
      throw new IllegalArgumentException(
          "messages %d, expected 1 to %d".formatted(messages, MAX_MESSAGES));
    }
    if (bytes < 1) {
      throw new IllegalArgumentException("bytes %d, expected 1 or more".formatted(bytes));
    }
    if (age.isNegative() || age.isZero() || age.compareTo(MAX_AGE) > 0) {
      throw new IllegalArgumentException(
          "age %s, expected more than zero and at most %s".formatted(age, MAX_AGE));
    }
  }

  /** Returns the bounds that bucket keys of objects have: 2^20 messages, 64 GiB, 5 minutes. */
  public static KmsDataKeyReuse standard() {
    return new KmsDataKeyReuse(1L << 20, 64L << 30, Duration.ofMinutes(5));
  }
}
