package io.claviger.encryption;

import io.claviger.format.FormatException;
import io.claviger.format.FormatException.Failure;
import io.claviger.format.Layout;
import io.claviger.format.PartOpener;
import io.claviger.kms.SecretBytes;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * The plaintext of a whole object, part by part. The end (-1) means that every stored byte was
 * authenticated and none came after the last part; a segment is given out only after the bytes
 * behind it were accounted for.
 */
final class OpeningInputStream extends SegmentStream {
  private final SecretBytes dataKey;
  private final InputStream stored;
  private final boolean single;
  private final byte[] segment = new byte[Layout.SEGMENT_STORED_BYTES];

  /** Stored bytes not yet read, as the store announced them. */
  private long storedLeft;

  private long plainDone;
  private PartOpener part;
  private PartOpener.Reader reader;
  private long nextSegment;

  OpeningInputStream(SecretBytes dataKey, InputStream stored, long storedBytes, boolean single)
      throws IOException {
    super(Layout.SEGMENT_PLAIN_BYTES);
    this.dataKey = dataKey;
    this.stored = stored;
    this.storedLeft = storedBytes;
    this.single = single;
    this.part = openPart(1);
    this.reader = part.reader();
  }

  private PartOpener openPart(int number) throws IOException {
    byte[] prologue = stored.readNBytes(Layout.PROLOGUE_BYTES);
    storedLeft -= prologue.length;
    PartOpener opened = dataKey.use(key -> PartOpener.verify(key, prologue, number));
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
    if (!last && (single || bodyBytes == storedLeft)) {
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
    return opened;
  }

  @Override
  int fill(byte[] out) throws IOException {
    if (nextSegment == part.segments()) {
      if (part.preamble().last()) {
        return -1;
      }
      plainDone += part.preamble().plainBytes();
      part = openPart(part.preamble().partNumber() + 1);
      reader = part.reader();
      nextSegment = 0;
    }
    int wanted = Layout.segmentStoredBytes(nextSegment, part.preamble().plainBytes());
    int got = stored.readNBytes(segment, 0, wanted);
    storedLeft -= got;
    if (got < wanted) {
      throw new FormatException(
          Failure.TRUNCATED,
          "part %d segment %d: the bytes end after %d of %d. Nothing of this segment was returned. Repeat the read, or restore the object"
              .formatted(part.preamble().partNumber(), nextSegment, got, wanted));
    }
    boolean veryLast = part.preamble().last() && nextSegment == part.segments() - 1;
    if (veryLast && stored.read() >= 0) {
      throw new FormatException(
          Failure.TRAILING_BYTES, "bytes after the last part: they were added. Restore the object");
    }
    int opened = reader.openSegment(nextSegment, segment, 0, wanted, out, 0);
    nextSegment++;
    return opened;
  }

  @Override
  void release() throws IOException {
    Arrays.fill(segment, (byte) 0);
    stored.close();
  }
}
