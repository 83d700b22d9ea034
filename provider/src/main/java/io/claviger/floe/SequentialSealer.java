package io.claviger.floe;

import io.claviger.engine.AesGcm;
import io.claviger.engine.Entropy;

/**
 * Seals a whole message in order (encryptOnlineSegment, encryptLastSegment) with random IVs.
 *
 * <p>Threads: one thread at a time.
 */
public final class SequentialSealer {
  private final SegmentSealer sealer;
  private long next;
  private boolean closed;

  public SequentialSealer(FloeMessage message) {
    this.sealer = message.sealer();
  }

  /**
   * Seals the next segment and returns its length; {@code last} closes the message. The plaintext
   * stands in two places: the first {@code headBytes} of {@code head}, then {@code length} bytes of
   * {@code plain}. Neither may be {@code out}.
   *
   * @throws FloeException AFTER_LAST once the message is closed; else as {@link SegmentSealer#seal}
   */
  public int seal(
      boolean last,
      byte[] head,
      int headBytes,
      byte[] plain,
      int offset,
      int length,
      byte[] out,
      int outOffset) {
    refuseAfterLast(closed, next);
    byte[] iv = Entropy.bytes(AesGcm.IV_BYTES);
    int sealed =
        sealer.seal(next, last, iv, 0, head, headBytes, plain, offset, length, out, outOffset);
    next++;
    closed = last;
    return sealed;
  }

  static void refuseAfterLast(boolean closed, long number) {
    if (closed) {
      throw new FloeException(
          FloeException.Refusal.AFTER_LAST,
          "segment %d comes after the last one; the message ended before it".formatted(number));
    }
  }
}
