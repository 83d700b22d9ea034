package io.claviger.floe;

import io.claviger.engine.AesGcm;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Parameters of a FLOE message (c2sp.org/FLOE, "Parameters"): AES-256-GCM, HKDF-Expand-SHA-384, 32
 * bytes of IV; only the segment length varies. Lengths are in bytes. Immutable.
 */
public final class FloeParameters {
  static final int IV_BYTES = 32;
  static final int KEY_BYTES = 32;
  static final int HEADER_TAG_BYTES = 32;
  static final int ENCODED_BYTES = 10;
  static final int LENGTH_BYTES = 4;
  static final long MAX_SEGMENTS = 1L << 40;

  /** Length of a header: parameters, IV, tag. */
  public static final int HEADER_BYTES = ENCODED_BYTES + IV_BYTES + HEADER_TAG_BYTES;

  /** What a segment holds besides its plaintext: length, IV, tag. */
  public static final int SEGMENT_OVERHEAD_BYTES =
      LENGTH_BYTES + AesGcm.IV_BYTES + AesGcm.TAG_BYTES;

  private static final int ROTATION_BITS = 20;

  private final int segmentBytes;
  private final int rotationBits;

  FloeParameters(int segmentBytes, int rotationBits) {
    if (segmentBytes <= SEGMENT_OVERHEAD_BYTES) {
      throw new IllegalArgumentException(
          "an encrypted segment of %d bytes holds no plaintext; use more than %d"
              .formatted(segmentBytes, SEGMENT_OVERHEAD_BYTES));
    }
    this.segmentBytes = segmentBytes;
    this.rotationBits = rotationBits;
  }

  /**
   * Returns parameters with encrypted segments of {@code segmentBytes}.
   *
   * @throws IllegalArgumentException if a segment would hold no plaintext
   */
  public static FloeParameters ofSegmentBytes(int segmentBytes) {
    return new FloeParameters(segmentBytes, ROTATION_BITS);
  }

  /** Returns the length of a segment but the last. */
  public int segmentBytes() {
    return segmentBytes;
  }

  /** Returns the plaintext bytes in a segment but the last. */
  public int plainBytes() {
    return segmentBytes - SEGMENT_OVERHEAD_BYTES;
  }

  /** Returns the number of the first segment under the key of segment {@code number}. */
  long firstUnderSameKey(long number) {
    return number >>> rotationBits << rotationBits;
  }

  /** Returns PARAM_ENCODE of the specification. */
  byte[] encode() {
    return ByteBuffer.allocate(ENCODED_BYTES)
        .put((byte) 0)
        .put((byte) 0)
        .putInt(segmentBytes)
        .putInt(IV_BYTES)
        .array();
  }

  /** Whether {@code header} begins with these parameters. */
  public boolean matches(byte[] header) {
    return Arrays.equals(header, 0, ENCODED_BYTES, encode(), 0, ENCODED_BYTES);
  }
}
