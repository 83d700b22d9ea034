package io.claviger.encryption;

import io.claviger.format.Layout;
import io.claviger.format.PartOpener;
import io.claviger.kms.SecretBytes;
import io.claviger.object.FormatException;
import io.claviger.object.FormatException.Failure;

/**
 * The covering segments of a range, part after part (format 7.3): what is needed next, and what of
 * it belongs to the range. The reader brings exactly {@link #nextStoredBytes}, from the segment on
 * that holds the first byte of the range.
 *
 * <p>Threads: one at a time.
 */
final class RangeSequence {
  private final SecretBytes dataKey;
  private PartOpener part;
  private PartOpener.Reader reader;

  /** Plaintext bytes of the object before the part. */
  private long partOffset;

  private long nextPlain;
  private final long plainEnd;

  /**
   * @param part the part that holds {@code plainFirst}
   * @param partOffset plaintext bytes of the object before it
   * @param plainLast the last byte of the object that is wanted, inclusive
   */
  RangeSequence(
      SecretBytes dataKey, PartOpener part, long partOffset, long plainFirst, long plainLast) {
    this.dataKey = dataKey;
    this.part = part;
    this.reader = part.reader();
    this.partOffset = partOffset;
    this.nextPlain = plainFirst;
    this.plainEnd = plainLast + 1;
  }

  /** Whether the range was given. */
  boolean complete() {
    return nextPlain >= plainEnd;
  }

  /** Whether a part begins here: {@link #open} comes next, not {@link #openSegment}. */
  boolean atPart() {
    return nextPlain == partOffset + part.preamble().plainBytes();
  }

  /** Whether the next segment holds the end of the range. */
  boolean atLast() {
    boolean inPart = plainEnd <= partOffset + part.preamble().plainBytes();
    return inPart && !atPart() && segment() == Layout.segmentOf(plainEnd - 1 - partOffset);
  }

  /** Returns the length of what comes next, a prologue or a segment. */
  int nextStoredBytes() {
    return atPart()
        ? Layout.PROLOGUE_BYTES
        : Layout.segmentStoredBytes(segment(), part.preamble().plainBytes());
  }

  private long segment() {
    return Layout.segmentOf(nextPlain - partOffset);
  }

  /** Verifies the beginning of the next part. */
  void open(byte[] prologue) {
    int number = part.preamble().partNumber() + 1;
    if (part.preamble().last()) {
      throw new FormatException(
          Failure.LAST_PART,
          "part %d is the last, but the range goes on for %d bytes: parts are missing. Restore the object"
              .formatted(number - 1, plainEnd - nextPlain));
    }
    PartOpener next = dataKey.use(key -> PartOpener.verify(key, prologue, number));
    long offset = next.preamble().offset();
    if (offset >= 0 && offset != nextPlain) {
      throw new FormatException(
          Failure.OFFSET,
          "part %d was sealed for offset %d, found at %d: parts are missing or out of order. Restore the object"
              .formatted(number, offset, nextPlain));
    }
    part = next;
    reader = next.reader();
    partOffset = nextPlain;
  }

  /** Opens the next segment into {@code plain} and returns what of it belongs to the range. */
  SegmentStream.Filled openSegment(byte[] stored, int offset, byte[] plain) {
    int length = nextStoredBytes();
    long number = segment();
    reader.openSegment(number, stored, offset, length, plain, 0);
    int from = (int) ((nextPlain - partOffset) % Layout.SEGMENT_PLAIN_BYTES);
    long segmentStart = nextPlain - from;
    int plainBytes = length - Layout.SEGMENT_OVERHEAD_BYTES;
    int to = (int) Math.min(plainBytes, plainEnd - segmentStart);
    nextPlain += to - from;
    return new SegmentStream.Filled(from, to);
  }

  /** Returns what is wrong when only {@code found} bytes of the next piece are there. */
  FormatException truncated(int found) {
    return new FormatException(
        Failure.TRUNCATED,
        "part %d %s: the bytes end after %d of %d. Nothing of it was returned. Repeat the read, or restore the object"
            .formatted(
                part.preamble().partNumber() + (atPart() ? 1 : 0),
                atPart() ? "header" : "segment " + segment(),
                found,
                nextStoredBytes()));
  }
}
