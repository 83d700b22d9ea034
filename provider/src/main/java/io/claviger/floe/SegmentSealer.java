package io.claviger.floe;

import io.claviger.engine.AesGcm;
import java.util.Objects;

/**
 * Seals segments of one message in any order (encryptSegment). Allocates nothing itself per
 * segment.
 *
 * <p>Threads: one thread at a time.
 */
public final class SegmentSealer {
  private static final byte[] NOTHING = new byte[0];

  private final FloeParameters parameters;
  private final FloeKeys.Rotating ciphers;
  private final byte[] aad = new byte[FloeSegment.AAD_BYTES];

  SegmentSealer(FloeKeys keys) {
    this.parameters = keys.parameters();
    this.ciphers = keys.new Rotating();
  }

  /**
   * Seals segment {@code number} into {@code out[outOffset..]} and returns its length. The IV (12
   * bytes) stands at {@code iv[ivOffset..]}; it must be fresh for this message.
   *
   * @throws FloeException SEGMENT_LENGTH if {@code length} does not fit the place: every segment
   *     but the last is full; TOO_MANY_SEGMENTS above 2^40
   */
  public int seal(
      long number,
      boolean last,
      byte[] iv,
      int ivOffset,
      byte[] plain,
      int offset,
      int length,
      byte[] out,
      int outOffset) {
    return seal(number, last, iv, ivOffset, NOTHING, 0, plain, offset, length, out, outOffset);
  }

  /**
   * Seals a segment whose plaintext is in two places: the first {@code headBytes} of {@code head},
   * then {@code length} bytes of {@code plain}. Neither may be {@code out}.
   */
  int seal(
      long number,
      boolean last,
      byte[] iv,
      int ivOffset,
      byte[] head,
      int headBytes,
      byte[] plain,
      int offset,
      int length,
      byte[] out,
      int outOffset) {
    int plainBytes = headBytes + length;
    checkPlace(number, last, plainBytes, parameters.plainBytes(), 0);
    Objects.checkFromIndexSize(
        outOffset, plainBytes + FloeParameters.SEGMENT_OVERHEAD_BYTES, out.length);
    FloeSegment.setAad(aad, number, last);
    int sealed =
        ciphers
            .forSegment(number)
            .seal(
                iv,
                ivOffset,
                aad,
                head,
                headBytes,
                plain,
                offset,
                length,
                out,
                outOffset + FloeSegment.CIPHERTEXT_OFFSET);
    System.arraycopy(iv, ivOffset, out, outOffset + FloeSegment.IV_OFFSET, AesGcm.IV_BYTES);
    int segmentBytes = FloeSegment.CIPHERTEXT_OFFSET + sealed;
    FloeSegment.setLength(out, outOffset, last ? segmentBytes : FloeSegment.NOT_LAST);
    return segmentBytes;
  }

  static void checkPlace(long number, boolean last, int length, int full, int least) {
    if (number < 0 || number >= FloeParameters.MAX_SEGMENTS - (last ? 0 : 1)) {
      throw new FloeException(
          FloeException.Refusal.TOO_MANY_SEGMENTS,
          "segment %d: a FLOE message has at most %d segments"
              .formatted(number, FloeParameters.MAX_SEGMENTS));
    }
    if (length > full || length < (last ? least : full)) {
      throw new FloeException(
          FloeException.Refusal.SEGMENT_LENGTH,
          "segment %d: %d bytes, expected %s"
              .formatted(number, length, last ? least + " to " + full : "exactly " + full));
    }
  }
}
