package io.claviger.encryption;

import io.claviger.format.Layout;
import io.claviger.format.PartSealer;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The sealed bytes of one part, made segment by segment as the plaintext comes; preamble and header
 * stand before the first segment. The last segment is given as soon as the announced length has
 * come; what comes behind it is passed over.
 */
final class SealingFeed implements SegmentFeed {
  private static final byte[] NOTHING = new byte[0];

  private final PartSealer.Pass pass;
  private final long plainBytes;
  private final SegmentGather plain = new SegmentGather(Layout.SEGMENT_PLAIN_BYTES);
  private long sealedPlainBytes;
  private boolean lastGiven;

  SealingFeed(PartSealer part) {
    this.pass = part.newPass();
    this.plainBytes = part.preamble().plainBytes();
  }

  private int wanted() {
    return (int) Math.min(Layout.SEGMENT_PLAIN_BYTES, plainBytes - sealedPlainBytes);
  }

  private boolean atLast() {
    return sealedPlainBytes + wanted() == plainBytes;
  }

  @Override
  public @Nullable ByteBuffer feed(ByteBuffer input) {
    if (lastGiven) {
      input.position(input.limit());
      return null;
    }
    lastGiven = atLast();
    if (!plain.take(input, wanted())) {
      lastGiven = false;
      return null;
    }
    return seal();
  }

  @Override
  public boolean complete() {
    return lastGiven;
  }

  @Override
  public @Nullable ByteBuffer end() {
    ByteBuffer nothing = ByteBuffer.wrap(NOTHING);
    if (lastGiven || wanted() == 0) {
      return lastGiven ? null : feed(nothing);
    }
    long found = sealedPlainBytes + plain.heldBytes();
    throw SealingInputStream.wrongLength("only %d bytes".formatted(found), plainBytes);
  }

  private ByteBuffer seal() {
    int length = wanted();
    byte[] before = sealedPlainBytes == 0 ? pass.prologue() : NOTHING;
    byte[] out = Arrays.copyOf(before, before.length + length + Layout.SEGMENT_OVERHEAD_BYTES);
    pass.sealSegment(plain.array(), plain.offset(), length, out, before.length);
    sealedPlainBytes += length;
    return ByteBuffer.wrap(out);
  }

  @Override
  public void release() {
    plain.wipe();
  }
}
