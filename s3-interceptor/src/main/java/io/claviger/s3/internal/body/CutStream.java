package io.claviger.s3.internal.body;

import io.claviger.format.PartOpener;
import io.claviger.object.FormatException;
import io.claviger.object.FormatException.Failure;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.util.Objects;

/** A byte range of another stream: skips at the first read, ends after so many bytes. */
public final class CutStream extends FilterInputStream {
  private long toSkip;
  private long left;

  /**
   * @param skip bytes before the byte range
   * @param count bytes of the byte range
   */
  public CutStream(InputStream in, long skip, long count) {
    super(in);
    this.toSkip = skip;
    this.left = count;
  }

  /**
   * Returns {@code plain}, the bytes of an object without an envelope, from their first.
   *
   * @throws FormatException ENVELOPE_INCOMPLETE if they begin as a sealed object does
   */
  public static InputStream notSealed(InputStream plain) throws IOException {
    PushbackInputStream peeked = new PushbackInputStream(plain, PartOpener.BEGINNING_BYTES);
    byte[] first = peeked.readNBytes(PartOpener.BEGINNING_BYTES);
    if (PartOpener.beginsObject(first)) {
      throw envelopeLost();
    }
    peeked.unread(first);
    return peeked;
  }

  public static FormatException envelopeLost() {
    return new FormatException(
        Failure.ENVELOPE_INCOMPLETE,
        "the bytes are sealed, but the object's metadata claviger* is lost. Attach it again with a copy onto itself that replaces the metadata, made by a client without the interceptor");
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, target.length);
    if (toSkip > 0) {
      in.skipNBytes(toSkip);
      toSkip = 0;
    }
    if (left == 0) {
      return -1;
    }
    int got = in.read(target, offset, (int) Math.min(length, left));
    if (got < 0) {
      throw new EOFException("the store sent " + left + " bytes less than it announced");
    }
    left -= got;
    return got;
  }

  @Override
  public long skip(long count) throws IOException {
    byte[] buffer = new byte[(int) Math.max(0, Math.min(count, 8192))];
    return buffer.length == 0 ? 0 : Math.max(0, read(buffer, 0, buffer.length));
  }

  @Override
  public int available() throws IOException {
    if (left == 0) {
      return 0;
    }
    return toSkip > 0 ? 1 : (int) Math.max(1, Math.min(left, in.available()));
  }

  @Override
  public boolean markSupported() {
    return false;
  }
}
