package io.claviger.encryption;

import io.claviger.format.Layout;
import io.claviger.format.PartSealer;
import io.claviger.object.FormatException;
import io.claviger.object.FormatException.Failure;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * The sealed bytes of one part, made segment by segment as they are read.
 *
 * <p>A source with fewer bytes than announced fails before the last segment: it never looks like a
 * whole object to the receiver. What follows the announced length is not read, but where the source
 * must end there: then its end is looked at before the last segment is given.
 */
final class SealingInputStream extends SegmentStream {
  private final PartSealer.Pass pass;
  private final InputStream source;
  private final long plainBytes;
  private final boolean toItsEnd;
  private final byte[] plain;
  private long sealedPlainBytes;
  private boolean prologueGiven;
  private boolean lastGiven;

  /**
   * @param toItsEnd whether the source must end at the announced length
   */
  SealingInputStream(PartSealer part, InputStream source, boolean toItsEnd) {
    super(largestPiece(part.preamble().plainBytes()));
    this.pass = part.newPass();
    this.source = source;
    this.toItsEnd = toItsEnd;
    this.plainBytes = part.preamble().plainBytes();
    this.plain = new byte[(int) Math.min(Layout.SEGMENT_PLAIN_BYTES, plainBytes)];
  }

  private static int largestPiece(long plainBytes) {
    return Math.max(Layout.PROLOGUE_BYTES, Layout.segmentStoredBytes(0, plainBytes));
  }

  @Override
  @Nullable Filled fill(byte[] out) throws IOException {
    if (!prologueGiven) {
      prologueGiven = true;
      byte[] prologue = pass.prologue();
      System.arraycopy(prologue, 0, out, 0, prologue.length);
      return new Filled(0, prologue.length);
    }
    if (lastGiven) {
      return null;
    }
    int wanted = (int) Math.min(plain.length, plainBytes - sealedPlainBytes);
    int got = source.readNBytes(plain, 0, wanted);
    if (got < wanted) {
      throw wrongLength("only %d bytes".formatted(sealedPlainBytes + got), plainBytes);
    }
    boolean last = sealedPlainBytes + wanted == plainBytes;
    if (last && toItsEnd && source.read() >= 0) {
      throw wrongLength("more bytes", plainBytes);
    }
    int sealed = pass.sealSegment(plain, 0, wanted, out, 0);
    sealedPlainBytes += wanted;
    lastGiven = last;
    return new Filled(0, sealed);
  }

  static FormatException wrongLength(String found, long plainBytes) {
    return new FormatException(
        Failure.SOURCE_LENGTH,
        "the source gave %s, but %d were announced; the last segment was held back. Announce the true length"
            .formatted(found, plainBytes));
  }

  @Override
  boolean more() {
    return !lastGiven;
  }

  @Override
  void release() throws IOException {
    source.close();
  }
}
