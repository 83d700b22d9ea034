package io.claviger.encryption;

import io.claviger.format.Layout;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A byte range of the plaintext of an object as its stored bytes come; each covering segment is
 * verified before it is cut. Bytes before and behind the covering segments are passed over.
 */
final class RangeFeed implements SegmentFeed {
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final RangeSequence range;
  private final SegmentGather stored = new SegmentGather(Layout.SEGMENT_STORED_BYTES);

  /** Stored bytes still to be passed over. */
  private long toSkip;

  RangeFeed(RangeSequence range, long toSkip) {
    this.range = range;
    this.toSkip = toSkip;
  }

  @Override
  public @Nullable ByteBuffer feed(ByteBuffer input) {
    int skipped = (int) Math.min(toSkip, input.remaining());
    input.position(input.position() + skipped);
    toSkip -= skipped;
    if (toSkip > 0) {
      return null;
    }
    while (!range.complete() && !range.atLast()) {
      int wanted = range.nextStoredBytes();
      if (!stored.take(input, wanted)) {
        return null;
      }
      if (!range.atPart()) {
        return open();
      }
      range.open(Arrays.copyOfRange(stored.array(), stored.offset(), stored.offset() + wanted));
    }
    if (!range.complete()) {
      stored.hold(input, range.nextStoredBytes());
    }
    input.position(input.limit());
    return null;
  }

  @Override
  public @Nullable ByteBuffer end() {
    if (range.complete()) {
      return null;
    }
    if (!range.atLast() || !stored.hold(NOTHING.duplicate(), range.nextStoredBytes())) {
      throw range.truncated(stored.heldBytes());
    }
    return open();
  }

  private ByteBuffer open() {
    byte[] plain = new byte[range.nextStoredBytes() - Layout.SEGMENT_OVERHEAD_BYTES];
    SegmentStream.Filled cut = range.openSegment(stored.array(), stored.offset(), plain);
    return ByteBuffer.wrap(plain, cut.from(), cut.to() - cut.from()).slice();
  }

  @Override
  public void release() {
    stored.wipe();
  }
}
