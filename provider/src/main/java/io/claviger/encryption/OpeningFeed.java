package io.claviger.encryption;

import io.claviger.format.Layout;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The plaintext of a whole object as its stored bytes come, part by part; the end means what the
 * end of {@link OpeningInputStream} means.
 */
final class OpeningFeed implements SegmentFeed {
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final PartSequence parts;
  private final SegmentGather stored = new SegmentGather(Layout.SEGMENT_STORED_BYTES);

  private final long plainBytes;

  /** What is still to be given of the length that was returned. */
  private long plainLeft;

  OpeningFeed(PartSequence parts, long plainBytes) {
    this.parts = parts;
    this.plainBytes = plainBytes;
    this.plainLeft = plainBytes;
  }

  @Override
  public @Nullable ByteBuffer feed(ByteBuffer input) {
    while (!parts.complete()) {
      int wanted = parts.nextStoredBytes();
      if (parts.atVeryLast()) {
        if (stored.hold(input, wanted) && input.hasRemaining()) {
          throw PartSequence.trailing();
        }
        return null;
      }
      if (!stored.take(input, wanted)) {
        return null;
      }
      if (!parts.atPart()) {
        return open();
      }
      parts.open(Arrays.copyOfRange(stored.array(), stored.offset(), stored.offset() + wanted));
    }
    return null;
  }

  @Override
  public @Nullable ByteBuffer end() {
    if (parts.complete()) {
      if (plainLeft != 0) {
        throw ProvedLengthStream.exchanged("fewer", plainBytes);
      }
      return null;
    }
    if (!parts.atVeryLast() || !stored.hold(NOTHING.duplicate(), parts.nextStoredBytes())) {
      throw parts.truncated(stored.heldBytes());
    }
    return open();
  }

  private ByteBuffer open() {
    byte[] out = new byte[parts.nextStoredBytes() - Layout.SEGMENT_OVERHEAD_BYTES];
    plainLeft -= parts.openSegment(stored.array(), stored.offset(), out);
    if (plainLeft < 0) {
      throw ProvedLengthStream.exchanged("more", plainBytes);
    }
    return ByteBuffer.wrap(out);
  }

  @Override
  public void release() {
    stored.wipe();
  }
}
