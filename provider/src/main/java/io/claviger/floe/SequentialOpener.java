package io.claviger.floe;

/**
 * Opens a whole message in order (decryptAnyOnlineSegment). The message is whole only when {@link
 * #isComplete} says so after the end of the bytes.
 *
 * <p>Threads: one thread at a time. After a refusal every further call is refused the same way.
 */
public final class SequentialOpener {
  private final SegmentOpener opener;
  private long next;
  private boolean closed;
  private @org.jspecify.annotations.Nullable FloeException failure;

  /** Whether the bytes at {@code offset} (at least 4) begin a segment that says it is the last. */
  public static boolean saysLast(byte[] segment, int offset) {
    return FloeSegment.length(segment, offset) != FloeSegment.NOT_LAST;
  }

  /**
   * Returns the length that the segment at {@code offset} (at least 4 bytes) says it has, which
   * only its tag proves: a full one unless it says it is the last.
   */
  public static long saidBytes(byte[] segment, int offset, FloeParameters parameters) {
    return saysLast(segment, offset)
        ? Integer.toUnsignedLong(FloeSegment.length(segment, offset))
        : parameters.segmentBytes();
  }

  public SequentialOpener(FloeMessage message) {
    this.opener = message.opener();
  }

  /**
   * Opens the next segment, of exactly {@code length} bytes, and returns the number of plaintext
   * bytes. The segment's own length field says whether it is the last, and the tag proves it.
   *
   * @throws FloeException AFTER_LAST once the last segment was opened; else as {@link
   *     SegmentOpener#open}
   */
  public int open(byte[] segment, int offset, int length, byte[] out, int outOffset) {
    if (failure != null) {
      throw failure;
    }
    try {
      SequentialSealer.refuseAfterLast(closed, next);
      boolean last = length < FloeParameters.SEGMENT_OVERHEAD_BYTES || saysLast(segment, offset);
      int opened = opener.open(next, last, segment, offset, length, out, outOffset);
      next++;
      closed = last;
      return opened;
    } catch (FloeException e) {
      failure = e;
      throw e;
    }
  }

  /** Whether the last segment was opened and nothing failed. */
  public boolean isComplete() {
    return closed && failure == null;
  }
}
