package io.claviger.s3.internal.body;

import io.claviger.s3.api.ClavigerS3Exception;
import io.claviger.s3.internal.wire.CallerExceptions;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.Abortable;

/**
 * A body on its way between the SDK and the sealing streams: opened at the first read, refusals
 * become {@link ClavigerS3Exception} and stay, and stopping early stops the connection.
 *
 * <p>A connection below is given back at the end (-1), as the SDK's own streams do, also where the
 * store sends more than is wanted, and given up at a failure. {@link #close} before the end aborts
 * it when more than {@value #MAX_DRAINED_BYTES} bytes would have to be read to keep it; {@link
 * #abort} always does, and may be called by another thread. {@code available} is above 0 as long as
 * a byte is to come, and 0 after the last; it never blocks before the first read.
 */
public final class SyncBody extends InputStream implements Abortable {
  /** What is read on to keep a connection: less than the cost of a new one. */
  public static final long MAX_DRAINED_BYTES = 64 * 1024;

  private static final int COPY_BYTES = 64 * 1024;

  /** Makes the stream that is read. */
  @FunctionalInterface
  public interface Opening {
    InputStream open() throws IOException;
  }

  private final String where;
  private final InputStream source;
  private final boolean ours;
  private final Opening opening;

  /** Bytes that this still gives. */
  private long left;

  /** Bytes below that come with them and are not wanted. */
  private long surplus;

  private @Nullable InputStream opened;
  private @Nullable RuntimeException refusal;
  private Runnable whenRefused = () -> {};
  private boolean ended;
  private volatile boolean closed;

  private SyncBody(
      String where, InputStream source, boolean ours, long bytes, long surplus, Opening opening) {
    this.where = where;
    this.source = source;
    this.ours = ours;
    this.left = bytes;
    this.surplus = surplus;
    this.opening = opening;
  }

  /**
   * Returns what a caller reads of an answer.
   *
   * @param stored the answer's body: closed, aborted and released with this
   * @param bytes how many bytes this gives
   * @param surplus how many more bytes {@code stored} has
   * @param opening makes the stream over {@code stored}, at the first read
   */
  public static SyncBody opened(
      String where, InputStream stored, long bytes, long surplus, Opening opening) {
    return new SyncBody(where, stored, true, bytes, surplus, opening);
  }

  /**
   * Returns what the SDK reads of a caller's body: {@code bytes} bytes, sealed. The caller's body
   * is closed with this, never at its end.
   */
  public static SyncBody sealed(String where, InputStream source, long bytes, Opening opening) {
    return new SyncBody(where, source, false, bytes, 0, opening);
  }

  /** As {@link #sealed}, of a body that we fetched: its connection is given back at the end. */
  public static SyncBody copied(String where, InputStream fetched, long bytes, Opening opening) {
    return new SyncBody(where, fetched, true, bytes, 0, opening);
  }

  /** Calls {@code work} when the bytes below turn out to be refused. */
  public SyncBody onRefusal(Runnable work) {
    whenRefused = work;
    return this;
  }

  private void requireHealthy() throws IOException {
    if (closed) {
      throw new IOException("the stream is closed");
    }
    if (refusal != null) {
      throw refusal;
    }
  }

  private InputStream in() throws IOException {
    InputStream in = opened;
    if (in == null) {
      in = opening.open();
      opened = in;
    }
    return in;
  }

  /** Nothing of the rest is worth reading; what was opened fails the same way for ever. */
  private void giveUp() {
    if (ours) {
      StoredBody.abort(source);
    }
  }

  /** Returns what a caller meets; a refusal is met again by every later call. */
  private RuntimeException refused(RuntimeException e) {
    giveUp();
    RuntimeException found = CallerExceptions.inBody(where, e);
    if (found == e && !(e instanceof ClavigerS3Exception)) {
      return e;
    }
    refusal = found;
    whenRefused.run();
    return found;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    requireHealthy();
    if (ended) {
      return length == 0 ? 0 : -1;
    }
    try {
      int got = in().read(target, offset, length);
      if (got < 0) {
        end();
      } else {
        left -= got;
      }
      return got;
    } catch (IOException e) {
      giveUp();
      throw e;
    } catch (RuntimeException e) {
      throw refused(e);
    }
  }

  /** Everything was given: the connection may serve another request. */
  private void end() {
    ended = true;
    left = 0;
    if (ours) {
      try {
        release();
      } catch (IOException e) {
        // what was wanted is there; the connection is not used again
      }
    }
  }

  @Override
  public long skip(long count) throws IOException {
    requireHealthy();
    if (ended || count <= 0) {
      return 0;
    }
    try {
      long skipped = in().skip(count);
      left -= skipped;
      return skipped;
    } catch (RuntimeException e) {
      throw refused(e);
    }
  }

  @Override
  public int available() throws IOException {
    requireHealthy();
    if (ended || left <= 0) {
      return 0;
    }
    try {
      long ready = opened == null ? 0 : opened.available();
      return (int) Math.max(1, Math.min(left, ready));
    } catch (RuntimeException e) {
      throw refused(e);
    }
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
    closed = true;
    abortSource();
  }

  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    release();
  }

  /** Gives the connection back, or gives it up where too much would have to be read. */
  private void release() throws IOException {
    if (left + surplus > MAX_DRAINED_BYTES && source instanceof Abortable) {
      abortSource();
    } else {
      closeAll();
    }
    surplus = 0;
  }

  private void abortSource() {
    if (source instanceof Abortable connection) {
      connection.abort();
    }
    try {
      closeAll();
    } catch (IOException e) {
      // the connection is gone already; what was wanted
    }
  }

  private void closeAll() throws IOException {
    try {
      if (opened != null) {
        opened.close();
      }
    } finally {
      source.close();
    }
  }
}
