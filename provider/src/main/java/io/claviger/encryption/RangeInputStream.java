package io.claviger.encryption;

import io.claviger.format.Layout;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** A stretch of the plaintext of an object; each covering segment is verified before it is cut. */
final class RangeInputStream extends SegmentStream {
  private final RangeSequence range;
  private final InputStream stored;
  private final byte[] segment = new byte[Layout.SEGMENT_STORED_BYTES];
  private final byte[] plain = new byte[Layout.SEGMENT_PLAIN_BYTES];

  /**
   * @param stored the stored bytes from the segment that holds the first byte of the range on
   */
  RangeInputStream(RangeSequence range, InputStream stored) {
    super(Layout.SEGMENT_PLAIN_BYTES);
    this.range = range;
    this.stored = stored;
  }

  @Override
  int fill(byte[] out) throws IOException {
    while (!range.complete() && range.atPart()) {
      read(Layout.PROLOGUE_BYTES);
      range.open(Arrays.copyOf(segment, Layout.PROLOGUE_BYTES));
    }
    if (range.complete()) {
      return -1;
    }
    read(range.nextStoredBytes());
    RangeSequence.Cut cut = range.openSegment(segment, 0, plain);
    System.arraycopy(plain, cut.from(), out, 0, cut.to() - cut.from());
    return cut.to() - cut.from();
  }

  private void read(int wanted) throws IOException {
    int got = stored.readNBytes(segment, 0, wanted);
    if (got < wanted) {
      throw range.truncated(got);
    }
  }

  @Override
  void release() throws IOException {
    Arrays.fill(segment, (byte) 0);
    Arrays.fill(plain, (byte) 0);
    stored.close();
  }
}
