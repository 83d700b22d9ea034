package io.claviger.encryption;

import io.claviger.format.FormatException;
import io.claviger.format.Layout;
import io.claviger.format.PartSealer;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The sealed bytes of one part, made segment by segment as the plaintext comes; preamble and header
 * stand before the first segment.
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
    if (!atLast()) {
      return plain.take(input, wanted()) ? seal() : null;
    }
    boolean complete = plain.hold(input, wanted());
    if (complete && input.hasRemaining()) {
      throw wrongLength("more bytes");
    }
    return null;
  }

  @Override
  public @Nullable ByteBuffer end() {
    if (lastGiven) {
      return null;
    }
    if (!atLast() || !plain.hold(ByteBuffer.wrap(NOTHING), wanted())) {
      throw wrongLength("only %d bytes".formatted(sealedPlainBytes + plain.heldBytes()));
    }
    lastGiven = true;
    return seal();
  }

  private ByteBuffer seal() {
    int length = wanted();
    byte[] before = sealedPlainBytes == 0 ? pass.prologue() : NOTHING;
    byte[] out = Arrays.copyOf(before, before.length + length + Layout.SEGMENT_OVERHEAD_BYTES);
    pass.sealSegment(plain.array(), plain.offset(), length, out, before.length);
    sealedPlainBytes += length;
    return ByteBuffer.wrap(out);
  }

  private FormatException wrongLength(String found) {
    return SealingInputStream.wrongLength(found, plainBytes);
  }

  @Override
  public void release() {
    plain.wipe();
  }
}
