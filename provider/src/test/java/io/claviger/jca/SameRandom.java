package io.claviger.jca;

import java.security.SecureRandom;
import java.util.Random;

/** Draws the same bytes from the same seed, so that two ciphers draw the same IV. Not random. */
final class SameRandom extends SecureRandom {
  private static final long serialVersionUID = 1L;

  private final transient Random source;

  SameRandom(long seed) {
    this.source = new Random(seed);
  }

  @Override
  public void nextBytes(byte[] bytes) {
    source.nextBytes(bytes);
  }
}
