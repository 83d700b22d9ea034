package io.claviger.encryption;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An input stream that is filled a segment at a time and fails the same way for ever.
 *
 * <p>A read gives up to one segment. {@code available} is above 0 as long as a byte is to come, and
 * 0 after the last; where only the next header decides, it is read, which may block. Closing
 * releases the source without reading on; later reads throw {@code IOException}. Keys are wiped,
 * the plaintext of objects is not: its reader or writer has it anyway.
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

  /**
   * A range of an array that {@link #fill} was given.
   *
   * @param from first byte
   * @param to behind the last
   */
  record Filled(int from, int to) {}

  /** Puts the next bytes into {@code out} and returns where they are, or null at the end. */
  abstract @Nullable Filled fill(byte[] out) throws IOException;

  /**
   * Whether bytes, or a failure, are certain to come from {@link #fill}. Never blocks; false where
   * only the source knows.
   */
  abstract boolean more();

  /** Closes the source. */
  abstract void release() throws IOException;

  /** Refuses where a read would. */
  private void requireHealthy() throws IOException {
    if (closed) {
      throw new IOException("the stream is closed");
    }
    rethrow();
  }

  /** Makes bytes ready; returns false at the end. */
  private boolean ready() throws IOException {
    requireHealthy();
    while (!ended && position == limit) {
      try {
        position = 0;
        limit = 0;
        Filled filled = fill(buffer);
        ended = filled == null;
        if (filled != null) {
          position = filled.from();
          limit = filled.to();
        }
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
    requireHealthy();
    if (position == limit && !ended && more()) {
      return 1;
    }
    return ready() ? limit - position : 0;
  }

  @Override
  public void close() throws IOException {
    if (!closed) {
      closed = true;
      release();
    }
  }
}
