package io.claviger.jca;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Opens a message while it is read. The end (-1) means that the message was whole. */
final class EnvelopeInputStream extends InputStream {
  private static final int PIECE_BYTES = 65_568;
  private static final byte[] NOTHING = new byte[0];

  private final EnvelopeFlow flow;
  private final InputStream source;
  private final byte[] piece = new byte[PIECE_BYTES];

  /** Invariant: {@code out[position..limit-1]} was opened and not yet given. */
  private byte[] out = NOTHING;

  private int position;
  private int limit;
  private boolean ended;
  private boolean closed;
  private @Nullable IOException sourceFailure;

  EnvelopeInputStream(EnvelopeFlow flow, InputStream source) {
    this.flow = flow;
    this.source = source;
  }

  /** Makes bytes ready; returns false at the end. */
  private boolean ready() throws IOException {
    if (closed) {
      throw new IOException("the stream is closed");
    }
    while (position == limit && !ended) {
      flow.requireHealthy();
      IOException known = sourceFailure;
      if (known != null) {
        throw known;
      }
      int read = readSource();
      position = 0;
      limit = 0;
      if (read >= 0) {
        room(flow.updateBytes(piece, 0, read));
        limit = flow.update(piece, 0, read, out, 0);
      } else {
        room(flow.finishBytes(NOTHING, 0, 0));
        limit = flow.finish(NOTHING, 0, 0, out, 0);
        ended = true;
      }
    }
    return position < limit;
  }

  private int readSource() throws IOException {
    try {
      return source.read(piece);
    } catch (IOException e) {
      sourceFailure = e;
      throw e;
    }
  }

  private void room(int bytes) {
    if (out.length < bytes) {
      out = new byte[bytes];
    }
  }

  @Override
  public int read() throws IOException {
    return ready() ? out[position++] & 0xff : -1;
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
    System.arraycopy(out, position, target, offset, count);
    position += count;
    return count;
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
      flow.close();
      Arrays.fill(out, (byte) 0);
      source.close();
    }
  }
}
