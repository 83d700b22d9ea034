package io.claviger.s3.internal.stored;

import org.jspecify.annotations.Nullable;

/**
 * Headers of parts of one version that need no request any more. They prove no more than those that
 * a request brings: only the data key decides.
 */
interface HeadersAtHand {
  HeadersAtHand NONE =
      new HeadersAtHand() {
        @Override
        public boolean has(long storedOffset) {
          return false;
        }

        @Override
        public byte @Nullable [] take(long storedOffset) {
          return null;
        }
      };

  /** Whether the bytes at {@code storedOffset} were asked for. */
  boolean has(long storedOffset);

  /**
   * Returns the first bytes of the part that may begin at {@code storedOffset}; waits for them.
   *
   * @return null where they are not there, or did not come
   */
  byte @Nullable [] take(long storedOffset);
}
