package io.claviger.jca;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Objects;

/** Seals or opens what is written, piece by piece, and passes it on. */
final class EnvelopeOutputStream extends OutputStream {
  /** A segment of input at a time: larger pieces gain nothing. */
  private static final int PIECE_BYTES = 65_568;

  private static final byte[] NOTHING = new byte[0];

  private final EnvelopeFlow flow;
  private final OutputStream target;
  private final byte[] single = new byte[1];
  private byte[] out = NOTHING;
  private long taken;
  private long given;
  private boolean failed;
  private boolean closed;

  EnvelopeOutputStream(EnvelopeFlow flow, OutputStream target) {
    this.flow = flow;
    this.target = target;
  }

  /** Passes everything of {@code source} through and ends the message; closes neither. */
  static EnvelopeOutputStream transfer(EnvelopeFlow flow, InputStream source, OutputStream target)
      throws IOException {
    EnvelopeOutputStream stream = new EnvelopeOutputStream(flow, target);
    try {
      byte[] piece = new byte[PIECE_BYTES];
      for (int read = source.read(piece); read >= 0; read = source.read(piece)) {
        stream.write(piece, 0, read);
      }
      stream.finish();
      Arrays.fill(piece, (byte) 0);
      return stream;
    } finally {
      stream.wipe();
    }
  }

  long taken() {
    return taken;
  }

  long given() {
    return given;
  }

  @Override
  public void write(int value) throws IOException {
    single[0] = (byte) value;
    write(single, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    requireOpen();
    for (int at = 0; at < length; at += PIECE_BYTES) {
      int piece = Math.min(PIECE_BYTES, length - at);
      boolean passed = false;
      try {
        room(flow.updateBytes(bytes, offset + at, piece));
        pass(flow.update(bytes, offset + at, piece, out, 0));
        flow.requireHealthy();
        taken += piece;
        passed = true;
      } finally {
        failed |= !passed;
      }
    }
  }

  private void requireOpen() throws IOException {
    if (closed) {
      throw new IOException("the stream is closed");
    }
    flow.requireHealthy();
    if (failed) {
      throw new IOException("an earlier write failed; the message cannot be continued");
    }
  }

  private void room(int bytes) {
    if (out.length < bytes) {
      out = new byte[bytes];
    }
  }

  private void pass(int bytes) throws IOException {
    target.write(out, 0, bytes);
    given += bytes;
  }

  private void finish() throws IOException {
    room(flow.finishBytes(NOTHING, 0, 0));
    pass(flow.finish(NOTHING, 0, 0, out, 0));
    target.flush();
  }

  private void wipe() {
    closed = true;
    flow.close();
    Arrays.fill(out, (byte) 0);
  }

  @Override
  public void flush() throws IOException {
    target.flush();
  }

  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    try (target) {
      if (!failed) {
        finish();
      }
    } finally {
      wipe();
    }
  }
}
