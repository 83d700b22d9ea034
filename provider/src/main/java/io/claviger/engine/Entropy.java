package io.claviger.engine;

import java.security.SecureRandom;

/**
 * Random bytes of the platform's {@link SecureRandom}. Threads: safe. May block at system start.
 */
public final class Entropy {
  private static final SecureRandom RANDOM = new SecureRandom();

  private Entropy() {}

  /** Returns {@code count} fresh random bytes, which belong to the caller. */
  public static byte[] bytes(int count) {
    byte[] bytes = new byte[count];
    RANDOM.nextBytes(bytes);
    return bytes;
  }
}
