package io.claviger.encryption;

import io.claviger.format.FormatException;
import io.claviger.format.FormatException.Failure;
import io.claviger.format.Layout;
import io.claviger.format.PartOpener;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** A stretch of the plaintext of one part; each covering segment is verified before it is cut. */
final class RangeInputStream extends SegmentStream {
  private final PartOpener part;
  private final PartOpener.Reader reader;
  private final InputStream stored;
  private final byte[] segment = new byte[Layout.SEGMENT_STORED_BYTES];
  private final byte[] plain = new byte[Layout.SEGMENT_PLAIN_BYTES];

  private long nextPlain;
  private final long plainEnd;

  /**
   * @param stored the stored bytes from the segment that holds {@code plainFirst} on
   */
  RangeInputStream(PartOpener part, InputStream stored, long plainFirst, long plainLast) {
    super(Layout.SEGMENT_PLAIN_BYTES);
    this.part = part;
    this.reader = part.reader();
    this.stored = stored;
    this.nextPlain = plainFirst;
    this.plainEnd = plainLast + 1;
  }

  @Override
  int fill(byte[] out) throws IOException {
    if (nextPlain >= plainEnd) {
      return -1;
    }
    long number = Layout.segmentOf(nextPlain);
    int wanted = Layout.segmentStoredBytes(number, part.preamble().plainBytes());
    int got = stored.readNBytes(segment, 0, wanted);
    if (got < wanted) {
      throw new FormatException(
          Failure.TRUNCATED,
          "segment %d: the bytes end after %d of %d. Nothing of this segment was returned. Repeat the read, or restore the object"
              .formatted(number, got, wanted));
    }
    reader.openSegment(number, segment, 0, wanted, plain, 0);
    int from = (int) (nextPlain % Layout.SEGMENT_PLAIN_BYTES);
    long segmentStart = nextPlain - from;
    int to = (int) Math.min(Layout.SEGMENT_PLAIN_BYTES, plainEnd - segmentStart);
    System.arraycopy(plain, from, out, 0, to - from);
    nextPlain += to - from;
    return to - from;
  }

  @Override
  void release() throws IOException {
    Arrays.fill(segment, (byte) 0);
    Arrays.fill(plain, (byte) 0);
    stored.close();
  }
}
