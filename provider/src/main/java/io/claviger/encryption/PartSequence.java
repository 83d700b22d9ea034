package io.claviger.encryption;

import io.claviger.format.Layout;
import io.claviger.format.PartOpener;
import io.claviger.kms.SecretBytes;
import io.claviger.object.FormatException;
import io.claviger.object.FormatException.Failure;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a whole object in their order (format 6.3): what is needed next, and what must not
 * be. The reader asks for {@link #nextStoredBytes}, brings exactly so many, and sees to it that
 * nothing follows the {@link #atVeryLast} segment before giving it out.
 *
 * <p>Threads: one at a time.
 */
final class PartSequence {
  private final SecretBytes dataKey;
  private final @Nullable PartOpener single;

  /** Stored bytes not yet brought, as the store announced them. */
  private long storedLeft;

  private long plainDone;
  private int partNumber;
  private long nextSegment;
  private @Nullable PartOpener part;
  private PartOpener.@Nullable Reader reader;

  /**
   * @param single the only part where there is just one, as the envelope proved it; else null
   */
  PartSequence(SecretBytes dataKey, long storedBytes, @Nullable PartOpener single) {
    this.dataKey = dataKey;
    this.storedLeft = storedBytes;
    this.single = single;
  }

  /** Whether every segment of every part was opened. */
  boolean complete() {
    return part != null && part.preamble().last() && nextSegment == part.segments();
  }

  /** Whether a part begins here: {@link #open} comes next, not {@link #openSegment}. */
  boolean atPart() {
    return part == null || nextSegment == part.segments();
  }

  /** Returns the length of what comes next, a prologue or a segment. */
  int nextStoredBytes() {
    return atPart()
        ? Layout.PROLOGUE_BYTES
        : Layout.segmentStoredBytes(nextSegment, part().preamble().plainBytes());
  }

  /** Whether the next segment is the last of the object. */
  boolean atVeryLast() {
    PartOpener current = part;
    return current != null && current.preamble().last() && nextSegment == current.segments() - 1;
  }

  /** Whether the next segment of the current part has plaintext. */
  boolean hasPlaintext() {
    PartOpener current = part;
    return current != null
        && nextSegment < current.segments()
        && current.preamble().plainBytes() > 0;
  }

  private PartOpener part() {
    PartOpener current = part;
    if (current == null) {
      throw new IllegalStateException("internal error: no part was opened");
    }
    return current;
  }

  /** Verifies the beginning of the next part. */
  void open(byte[] prologue) {
    storedLeft -= prologue.length;
    if (part != null) {
      plainDone += part.preamble().plainBytes();
    }
    int number = partNumber + 1;
    PartOpener opened =
        single != null && number == 1 && single.beginsWith(prologue)
            ? single
            : dataKey.use(key -> PartOpener.verify(key, prologue, number));
    if (single != null && opened != single) {
      throw new FormatException(
          Failure.HEADER_TAG,
          "the object begins with another header than claviger-hdr: body and metadata are of two sealings. Restore the object");
    }
    requirePlace(opened, number);
    part = opened;
    reader = opened.reader();
    partNumber = number;
    nextSegment = 0;
  }

  private void requirePlace(PartOpener opened, int number) {
    long bodyBytes = Layout.storedBytes(opened.preamble().plainBytes()) - Layout.PROLOGUE_BYTES;
    boolean last = opened.preamble().last();
    if (bodyBytes > storedLeft) {
      throw new FormatException(
          Failure.TRUNCATED,
          "part %d needs %d more bytes, the store has %d: the end is missing. Restore the object"
              .formatted(number, bodyBytes, storedLeft));
    }
    if (last && bodyBytes < storedLeft) {
      throw new FormatException(
          Failure.TRAILING_BYTES,
          "%d bytes after the last part: they were added. Restore the object"
              .formatted(storedLeft - bodyBytes));
    }
    if (!last && (single != null || bodyBytes == storedLeft)) {
      throw new FormatException(
          Failure.LAST_PART,
          "part %d is not marked as the last, but nothing may follow: parts are missing. Restore the object"
              .formatted(number));
    }
    long offset = opened.preamble().offset();
    if (offset >= 0 && offset != plainDone) {
      throw new FormatException(
          Failure.OFFSET,
          "part %d was sealed for offset %d, found at %d: parts are missing or out of order. Restore the object"
              .formatted(number, offset, plainDone));
    }
  }

  /** Opens the next segment into {@code out} and returns the number of plaintext bytes. */
  int openSegment(byte[] stored, int offset, byte[] out) {
    PartOpener.Reader current = reader;
    if (current == null) {
      throw new IllegalStateException("internal error: no part was opened");
    }
    int length = nextStoredBytes();
    storedLeft -= length;
    int opened = current.openSegment(nextSegment, stored, offset, length, out, 0);
    nextSegment++;
    return opened;
  }

  /** Returns what is wrong when only {@code found} bytes of the next piece are there. */
  FormatException truncated(int found) {
    if (atPart()) {
      return new FormatException(
          Failure.TRUNCATED,
          "%d bytes where preamble and header have %d; the end of the object is missing. Restore it"
              .formatted(found, Layout.PROLOGUE_BYTES));
    }
    return new FormatException(
        Failure.TRUNCATED,
        "part %d segment %d: the bytes end after %d of %d. Nothing of this segment was returned. Repeat the read, or restore the object"
            .formatted(partNumber, nextSegment, found, nextStoredBytes()));
  }

  static FormatException trailing() {
    return new FormatException(
        Failure.TRAILING_BYTES, "bytes after the last part: they were added. Restore the object");
  }
}
