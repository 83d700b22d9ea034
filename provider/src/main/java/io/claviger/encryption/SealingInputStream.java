package io.claviger.encryption;

import io.claviger.format.FormatException;
import io.claviger.format.FormatException.Failure;
import io.claviger.format.Layout;
import io.claviger.format.PartSealer;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * The sealed bytes of one part, made segment by segment as they are read.
 *
 * <p>The end of the source is looked at before the last segment is handed out: a source with fewer
 * or more bytes than announced never looks like a whole object to whoever receives the bytes.
 */
final class SealingInputStream extends SegmentStream {
  private final PartSealer.Pass pass;
  private final InputStream source;
  private final long plainBytes;
  private final byte[] plain = new byte[Layout.SEGMENT_PLAIN_BYTES];
  private long sealedPlainBytes;
  private boolean prologueGiven;
  private boolean lastGiven;

  SealingInputStream(PartSealer part, InputStream source) {
    super(Layout.SEGMENT_STORED_BYTES);
    this.pass = part.newPass();
    this.source = source;
    this.plainBytes = part.preamble().plainBytes();
  }

  @Override
  int fill(byte[] out) throws IOException {
    if (!prologueGiven) {
      prologueGiven = true;
      byte[] prologue = pass.prologue();
      System.arraycopy(prologue, 0, out, 0, prologue.length);
      return prologue.length;
    }
    if (lastGiven) {
      return -1;
    }
    int wanted = (int) Math.min(plain.length, plainBytes - sealedPlainBytes);
    int got = source.readNBytes(plain, 0, wanted);
    if (got < wanted) {
      throw wrongLength("only %d bytes".formatted(sealedPlainBytes + got), plainBytes);
    }
    boolean last = sealedPlainBytes + wanted == plainBytes;
    if (last && source.read() >= 0) {
      throw wrongLength("more bytes", plainBytes);
    }
    int sealed = pass.sealSegment(plain, 0, wanted, out, 0);
    sealedPlainBytes += wanted;
    lastGiven = last;
    return sealed;
  }

  static FormatException wrongLength(String found, long plainBytes) {
    return new FormatException(
        Failure.SOURCE_LENGTH,
        "the source gave %s, but %d were announced; the last segment was held back. Announce the true length"
            .formatted(found, plainBytes));
  }

  @Override
  void release() throws IOException {
    Arrays.fill(plain, (byte) 0);
    source.close();
  }
}
