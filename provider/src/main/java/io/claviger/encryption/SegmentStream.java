package io.claviger.encryption;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An input stream that is filled a segment at a time and fails the same way for ever.
 *
 * <p>A read gives up to one segment. {@code available} tells what lies ready without work. Closing
 * releases the source without reading on; later reads throw {@code IOException}.
 */
abstract class SegmentStream extends InputStream {
  /** Invariant: the bytes {@code position..limit-1} were made and not yet given. */
  private final byte[] buffer;

  private int position;
  private int limit;
  private boolean ended;
  private boolean closed;
  private @Nullable Throwable failure;

  SegmentStream(int bufferBytes) {
    this.buffer = new byte[bufferBytes];
  }

  /** Puts the next bytes at the start of {@code out} and returns their number, or -1 at the end. */
  abstract int fill(byte[] out) throws IOException;

  /** Closes the source and wipes what is left. */
  abstract void release() throws IOException;

  /** Makes bytes ready; returns false at the end. */
  private boolean ready() throws IOException {
    if (closed) {
      throw new IOException("the stream is closed");
    }
    rethrow();
    while (!ended && position == limit) {
      try {
        position = 0;
        limit = 0;
        int filled = fill(buffer);
        ended = filled < 0;
        limit = Math.max(0, filled);
      } catch (IOException | RuntimeException | Error e) {
        failure = e;
        Arrays.fill(buffer, (byte) 0);
        throw e;
      }
    }
    return position < limit;
  }

  private void rethrow() throws IOException {
    if (failure instanceof IOException e) {
      throw e;
    } else if (failure instanceof RuntimeException e) {
      throw e;
    } else if (failure instanceof Error e) {
      throw e;
    }
  }

  @Override
  public int read() throws IOException {
    return ready() ? buffer[position++] & 0xff : -1;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, target.length);
    if (length == 0) {
      return 0;
    }
    if (!ready()) {
      return -1;
    }
    int count = Math.min(length, limit - position);
    System.arraycopy(buffer, position, target, offset, count);
    position += count;
    return count;
  }

  @Override
  public long skip(long count) throws IOException {
    long left = count;
    while (left > 0 && ready()) {
      int step = (int) Math.min(left, limit - position);
      position += step;
      left -= step;
    }
    return count < 0 ? 0 : count - left;
  }

  @Override
  public int available() throws IOException {
    if (closed) {
      throw new IOException("the stream is closed");
    }
    return limit - position;
  }

  @Override
  public void close() throws IOException {
    if (!closed) {
      closed = true;
      Arrays.fill(buffer, (byte) 0);
      release();
    }
  }
}
