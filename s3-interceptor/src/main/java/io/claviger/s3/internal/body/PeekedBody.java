package io.claviger.s3.internal.body;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Objects;
import software.amazon.awssdk.http.Abortable;

/**
 * A body whose first bytes are looked at before it is given on, with them.
 *
 * <p>Threads: {@link #peek} any, before the first byte is read otherwise.
 */
public final class PeekedBody extends FilterInputStream implements Abortable {
  private byte[] peeked = new byte[0];
  private int given;

  public PeekedBody(InputStream stored) {
    super(stored);
  }

  /** Returns the first {@code count} bytes, fewer where the body ends before them. */
  public synchronized byte[] peek(int count) throws IOException {
    if (peeked.length < count) {
      byte[] more = in.readNBytes(count - peeked.length);
      byte[] all = Arrays.copyOf(peeked, peeked.length + more.length);
      System.arraycopy(more, 0, all, peeked.length, more.length);
      peeked = all;
    }
    return Arrays.copyOf(peeked, Math.min(count, peeked.length));
  }

  /** Returns {@code stored}, the body below, or this where bytes of it were looked at. */
  public synchronized InputStream over(InputStream stored) {
    return peeked.length == 0 ? stored : this;
  }

  private synchronized int left() {
    return peeked.length - given;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, target.length);
    int count = Math.min(length, left());
    if (count == 0) {
      return in.read(target, offset, length);
    }
    System.arraycopy(peeked, given, target, offset, count);
    given += count;
    return count;
  }

  @Override
  public long skip(long count) throws IOException {
    int within = (int) Math.max(0, Math.min(count, left()));
    given += within;
    return within > 0 ? within : in.skip(count);
  }

  @Override
  public int available() throws IOException {
    return left() + in.available();
  }

  @Override
  public boolean markSupported() {
    return false;
  }

  @Override
  public void abort() {
    StoredBody.abort(in);
  }
}
