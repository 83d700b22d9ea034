package io.claviger.format;

import io.claviger.floe.FloeParameters;
import io.claviger.object.FormatException;
import io.claviger.object.FormatException.Failure;

/**
 * Sizes and places in a stored part (format 5), all in bytes. Pure arithmetic, no I/O; plaintext
 * and stored sizes are inverse functions of each other.
 */
public final class Layout {
  /** The one set of FLOE parameters of version 1. */
  static final FloeParameters FLOE = FloeParameters.ofSegmentBytes(65_568);

  /** Stored size of a segment but the last. */
  public static final int SEGMENT_STORED_BYTES = FLOE.segmentBytes();

  /** Plaintext in a segment but the last. */
  public static final int SEGMENT_PLAIN_BYTES = FLOE.plainBytes();

  /** What a segment holds besides its plaintext. */
  public static final int SEGMENT_OVERHEAD_BYTES = FloeParameters.SEGMENT_OVERHEAD_BYTES;

  /** Preamble and FLOE header. */
  public static final int PROLOGUE_BYTES = Preamble.BYTES + FloeParameters.HEADER_BYTES;

  /** Stored size of an empty part. */
  public static final int MIN_STORED_BYTES = PROLOGUE_BYTES + SEGMENT_OVERHEAD_BYTES;

  /** Stores take no part of an upload smaller than this, 5 MiB, but the last one. */
  public static final int MIN_PART_STORED_BYTES = 5 << 20;

  /** Largest stored part: what S3 takes in one PUT, 5 GiB. */
  public static final long MAX_STORED_BYTES = 5L << 30;

  /** Largest plaintext of a part. */
  public static final long MAX_PLAIN_BYTES = plainBytes(MAX_STORED_BYTES);

  private Layout() {}

  /** Returns the number of segments of {@code plainBytes}; an empty part has one. */
  public static long segments(long plainBytes) {
    return Math.max(1, ceilDiv(plainBytes, SEGMENT_PLAIN_BYTES));
  }

  /**
   * Returns the stored size of {@code plainBytes} bytes of plaintext. Inverse of {@link
   * #plainBytes}. 0 is legal and yields one empty last segment.
   *
   * @throws FormatException TOO_LARGE above {@link #MAX_PLAIN_BYTES}
   */
  public static long storedBytes(long plainBytes) {
    if (plainBytes < 0 || plainBytes > MAX_PLAIN_BYTES) {
      throw new FormatException(
          Failure.TOO_LARGE,
          "%d bytes do not fit into one PUT or part: 0 to %d are possible (%d stored). Upload in parts"
              .formatted(plainBytes, MAX_PLAIN_BYTES, MAX_STORED_BYTES));
    }
    return PROLOGUE_BYTES + plainBytes + SEGMENT_OVERHEAD_BYTES * segments(plainBytes);
  }

  /**
   * Returns the plaintext size of a part stored as {@code storedBytes}. Inverse of {@link
   * #storedBytes}.
   *
   * @throws FormatException LENGTH if no plaintext is stored in so many bytes
   */
  public static long plainBytes(long storedBytes) {
    long body = storedBytes - PROLOGUE_BYTES;
    long segments = ceilDiv(body, SEGMENT_STORED_BYTES);
    long lastSegment = body - (segments - 1) * SEGMENT_STORED_BYTES;
    boolean empty = segments == 1 && lastSegment == SEGMENT_OVERHEAD_BYTES;
    if (body <= 0
        || storedBytes > MAX_STORED_BYTES
        || lastSegment <= SEGMENT_OVERHEAD_BYTES && !empty) {
      throw new FormatException(
          Failure.LENGTH,
          "no part is stored in %d bytes; bytes were cut off or added. Restore the object"
              .formatted(storedBytes));
    }
    return body - SEGMENT_OVERHEAD_BYTES * segments;
  }

  /** Returns the number of the segment that holds the plaintext byte at {@code plainOffset}. */
  public static long segmentOf(long plainOffset) {
    return plainOffset / SEGMENT_PLAIN_BYTES;
  }

  /** Returns the place of segment {@code number} in the stored part. */
  public static long segmentOffset(long number) {
    return PROLOGUE_BYTES + number * SEGMENT_STORED_BYTES;
  }

  /** Returns the stored size of segment {@code number} of a part of {@code plainBytes}. */
  public static int segmentStoredBytes(long number, long plainBytes) {
    return SEGMENT_OVERHEAD_BYTES + segmentPlainBytes(number, plainBytes);
  }

  /** Returns the plaintext size of segment {@code number} of a part of {@code plainBytes}. */
  public static int segmentPlainBytes(long number, long plainBytes) {
    return (int) Math.min(SEGMENT_PLAIN_BYTES, plainBytes - number * SEGMENT_PLAIN_BYTES);
  }

  private static long ceilDiv(long dividend, int divisor) {
    return -Math.floorDiv(-dividend, (long) divisor);
  }
}
