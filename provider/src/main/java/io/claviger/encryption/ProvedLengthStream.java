package io.claviger.encryption;

import io.claviger.object.FormatException;
import io.claviger.object.FormatException.Failure;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/**
 * Plaintext whose length was returned before it was read: it ends there, with the stream below, or
 * fails. Parts whose headers were read for the length may have been exchanged for other bodies of
 * the same upload since.
 */
final class ProvedLengthStream extends FilterInputStream {
  private final long plainBytes;
  private long done;

  ProvedLengthStream(InputStream plain, long plainBytes) {
    super(plain);
    this.plainBytes = plainBytes;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, target.length);
    int got = in.read(target, offset, length);
    if (got < 0 ? done != plainBytes : got > plainBytes - done) {
      throw exchanged(got < 0 ? "fewer" : "more", plainBytes);
    }
    done += Math.max(0, got);
    return got;
  }

  static FormatException exchanged(String found, long plainBytes) {
    return new FormatException(
        Failure.LENGTH,
        "the parts hold %s bytes than the %d that their headers proved before: a part was exchanged. Restore the object"
            .formatted(found, plainBytes));
  }

  @Override
  public long skip(long count) throws IOException {
    long skipped = in.skip(Math.min(count, plainBytes - done));
    done += skipped;
    return skipped;
  }

  @Override
  public int available() throws IOException {
    return done == plainBytes ? 0 : Math.max(1, in.available());
  }

  @Override
  public boolean markSupported() {
    return false;
  }
}
