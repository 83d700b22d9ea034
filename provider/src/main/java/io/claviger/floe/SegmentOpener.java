package io.claviger.floe;

import java.util.Objects;

/**
 * Opens segments of one message in any order (decryptSegment). Allocates nothing itself per
 * segment.
 *
 * <p>Threads: one thread at a time.
 */
public final class SegmentOpener {
  private final FloeParameters parameters;
  private final FloeKeys.Rotating ciphers;
  private final byte[] aad = new byte[FloeSegment.AAD_BYTES];

  SegmentOpener(FloeKeys keys) {
    this.parameters = keys.parameters();
    this.ciphers = keys.new Rotating();
  }

  /**
   * Opens segment {@code number} of {@code length} bytes into {@code out[outOffset..]} and returns
   * the number of plaintext bytes. Whether it is the last must be known from elsewhere: the length
   * of a message, never its own first bytes.
   *
   * @throws FloeException SEGMENT_LENGTH, SEGMENT_MARK or SEGMENT_TAG; then nothing of the
   *     plaintext is in {@code out}
   */
  public int open(
      long number,
      boolean last,
      byte[] segment,
      int offset,
      int length,
      byte[] out,
      int outOffset) {
    SegmentSealer.checkPlace(
        number, last, length, parameters.segmentBytes(), FloeParameters.SEGMENT_OVERHEAD_BYTES);
    Objects.checkFromIndexSize(offset, length, segment.length);
    int mark = FloeSegment.length(segment, offset);
    if (mark != (last ? length : FloeSegment.NOT_LAST)) {
      throw new FloeException(
          FloeException.Refusal.SEGMENT_MARK,
          "segment %d: its length field says %s, its place demands %s"
              .formatted(number, describe(mark), last ? "last, " + length + " bytes" : "not last"));
    }
    FloeSegment.setAad(aad, number, last);
    int opened =
        ciphers
            .forSegment(number)
            .open(
                segment,
                offset + FloeSegment.IV_OFFSET,
                aad,
                segment,
                offset + FloeSegment.CIPHERTEXT_OFFSET,
                length - FloeSegment.CIPHERTEXT_OFFSET,
                out,
                outOffset);
    if (opened < 0) {
      throw new FloeException(
          FloeException.Refusal.SEGMENT_TAG,
          "segment %d: tag mismatch, the bytes received are not the bytes sealed"
              .formatted(number));
    }
    return opened;
  }

  private static String describe(int mark) {
    return mark == FloeSegment.NOT_LAST
        ? "not last"
        : "last, " + Integer.toUnsignedString(mark) + " bytes";
  }
}
