package io.claviger.encryption;

import io.claviger.format.Layout;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A byte range of the plaintext of an object; each covering segment is verified before it is cut.
 */
final class RangeInputStream extends SegmentStream {
  private final RangeSequence range;
  private final InputStream stored;
  private final byte[] segment = new byte[Layout.SEGMENT_STORED_BYTES];

  /**
   * @param stored the stored bytes from the segment that holds the first byte of the range on
   */
  RangeInputStream(RangeSequence range, InputStream stored) {
    super(Layout.SEGMENT_PLAIN_BYTES);
    this.range = range;
    this.stored = stored;
  }

  @Override
  @Nullable Filled fill(byte[] out) throws IOException {
    while (!range.complete() && range.atPart()) {
      read(Layout.PROLOGUE_BYTES);
      range.open(Arrays.copyOf(segment, Layout.PROLOGUE_BYTES));
    }
    if (range.complete()) {
      return null;
    }
    read(range.nextStoredBytes());
    return range.openSegment(segment, 0, out);
  }

  private void read(int wanted) throws IOException {
    int got = stored.readNBytes(segment, 0, wanted);
    if (got < wanted) {
      throw range.truncated(got);
    }
  }

  @Override
  boolean more() {
    return !range.complete();
  }

  @Override
  void release() throws IOException {
    stored.close();
  }
}
