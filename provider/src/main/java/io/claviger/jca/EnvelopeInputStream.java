package io.claviger.jca;

import io.claviger.format.Layout;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Opens a message while it is read. The end (-1) means that the message was whole.
 *
 * <p>{@code available} is above 0 as long as a byte is to come, and 0 after the last. Before the
 * first read it opens the first segment, since a message may be empty: then it may block and throws
 * what a read would.
 */
final class EnvelopeInputStream extends InputStream {
  private static final int PLAIN = Layout.SEGMENT_PLAIN_BYTES;
  private static final byte[] NOTHING = new byte[0];

  private final EnvelopeFlow flow;
  private final InputStream source;

  /** Input of one call of the flow. */
  private byte[] piece = NOTHING;

  /** Invariant: {@code out[position..limit-1]} was opened and not yet given. */
  private byte[] out = NOTHING;

  private int position;
  private int limit;

  /** Whether a segment was opened: then another one follows until {@link #ended}. */
  private boolean begun;

  private boolean ended;
  private boolean closed;
  private @Nullable IOException sourceFailure;

  EnvelopeInputStream(EnvelopeFlow flow, InputStream source) {
    this.flow = flow;
    this.source = source;
  }

  /**
   * Opens the next segment into {@code target}, which has room for a full one, and returns its
   * length; -1 at the end.
   */
  private int next(byte[] target, int offset) throws IOException {
    int made = 0;
    while (made == 0 && !ended) {
      requireHealthy();
      int read = readSource();
      made =
          read == 0
              ? flow.finish(NOTHING, 0, 0, target, offset)
              : flow.update(piece, 0, read, target, offset);
      ended = read == 0;
    }
    begun = true;
    return made == 0 ? -1 : made;
  }

  private void requireHealthy() throws IOException {
    flow.requireHealthy();
    IOException known = sourceFailure;
    if (known != null) {
      throw known;
    }
  }

  /** Whole segments at a time: so each passes from the source to its place without a copy. */
  private int readSource() throws IOException {
    int wanted = flow.wantedBytes();
    if (piece.length < wanted) {
      piece = new byte[wanted];
    }
    try {
      return source.readNBytes(piece, 0, wanted);
    } catch (IOException e) {
      sourceFailure = e;
      throw e;
    }
  }

  /** Makes bytes ready; returns false at the end. */
  private boolean ready() throws IOException {
    if (position == limit) {
      if (out.length == 0) {
        out = new byte[PLAIN];
      }
      position = 0;
      limit = 0;
      limit = Math.max(0, next(out, 0));
    }
    return position < limit;
  }

  private void requireOpen() throws IOException {
    if (closed) {
      throw new IOException("the stream is closed");
    }
  }

  @Override
  public int read() throws IOException {
    requireOpen();
    return ready() ? out[position++] & 0xff : -1;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, target.length);
    requireOpen();
    if (length == 0) {
      return 0;
    }
    if (position == limit && length >= PLAIN) {
      return next(target, offset);
    }
    if (!ready()) {
      return -1;
    }
    int count = Math.min(length, limit - position);
    System.arraycopy(out, position, target, offset, count);
    position += count;
    return count;
  }

  @Override
  public int available() throws IOException {
    requireOpen();
    requireHealthy();
    if (position == limit && begun) {
      return ended ? 0 : 1;
    }
    return ready() ? limit - position : 0;
  }

  @Override
  public void close() throws IOException {
    if (!closed) {
      closed = true;
      flow.close();
      Arrays.fill(out, (byte) 0);
      source.close();
    }
  }
}
