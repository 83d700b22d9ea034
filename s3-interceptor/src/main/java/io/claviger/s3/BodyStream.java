package io.claviger.s3;

import io.claviger.format.FormatException;
import io.claviger.kms.KmsException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.Abortable;

/**
 * A body on its way between the SDK and the sealing streams: opened at the first read, refusals
 * become {@link ClavigerS3Exception} and stay, and stopping early stops the connection.
 *
 * <p>{@link #close} before the end aborts the connection when more than {@value #MAX_DRAINED_BYTES}
 * bytes would have to be read to keep it; {@link #abort} always does.
 */
final class BodyStream extends InputStream implements Abortable {
  /** What is read on to keep a connection: less than the cost of a new one. */
  static final long MAX_DRAINED_BYTES = 64 * 1024;

  private static final int COPY_BYTES = 64 * 1024;

  /** Makes the stream that is read. */
  @FunctionalInterface
  interface Opening {
    InputStream open() throws IOException;
  }

  private final String where;
  private final InputStream source;
  private final Opening opening;

  /** Bytes still to come, as announced; tells whether the rest is worth reading. */
  private long left;

  private @Nullable InputStream opened;
  private @Nullable ClavigerS3Exception refusal;
  private Runnable whenRefused = () -> {};
  private boolean closed;

  /**
   * @param source what lies below: closed and aborted with this
   * @param bytes how many bytes this gives
   * @param opening makes the stream over {@code source}, at the first read
   */
  BodyStream(String where, InputStream source, long bytes, Opening opening) {
    this.where = where;
    this.source = source;
    this.left = bytes;
    this.opening = opening;
  }

  /** Calls {@code work} when the bytes below turn out to be refused. */
  BodyStream onRefusal(Runnable work) {
    whenRefused = work;
    return this;
  }

  private InputStream in() throws IOException {
    if (closed) {
      throw new IOException("the stream is closed");
    }
    if (refusal != null) {
      throw refusal;
    }
    InputStream in = opened;
    if (in == null) {
      in = opening.open();
      opened = in;
    }
    return in;
  }

  private ClavigerS3Exception refused(ClavigerS3Exception e) {
    refusal = e;
    whenRefused.run();
    return e;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    try {
      int got = in().read(target, offset, length);
      left = got < 0 ? 0 : left - got;
      return got;
    } catch (FormatException e) {
      throw refused(ClavigerS3Exception.of(where, e));
    } catch (KmsException e) {
      throw refused(ClavigerS3Exception.of(where, e, ""));
    } catch (ClavigerS3Exception e) {
      throw refused(e);
    }
  }

  @Override
  public long skip(long count) throws IOException {
    try {
      long skipped = in().skip(count);
      left -= skipped;
      return skipped;
    } catch (FormatException e) {
      throw refused(ClavigerS3Exception.of(where, e));
    }
  }

  @Override
  public int available() throws IOException {
    if (closed) {
      throw new IOException("the stream is closed");
    }
    return opened == null ? 0 : opened.available();
  }

  @Override
  public long transferTo(OutputStream out) throws IOException {
    byte[] buffer = new byte[COPY_BYTES];
    long total = 0;
    for (int got = read(buffer, 0, buffer.length); got >= 0; got = read(buffer, 0, buffer.length)) {
      out.write(buffer, 0, got);
      total += got;
    }
    return total;
  }

  @Override
  public void abort() {
    if (source instanceof Abortable connection) {
      connection.abort();
    }
    closeAborted();
  }

  private void closeAborted() {
    closed = true;
    try {
      closeAll();
    } catch (IOException e) {
      // the connection is gone already; what was wanted
    }
  }

  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    if (left > MAX_DRAINED_BYTES && source instanceof Abortable) {
      abort();
      return;
    }
    closed = true;
    closeAll();
  }

  private void closeAll() throws IOException {
    if (opened != null) {
      opened.close();
    } else {
      source.close();
    }
  }
}
