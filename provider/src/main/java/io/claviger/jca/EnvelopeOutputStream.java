package io.claviger.jca;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Objects;

/** Seals or opens what is written, piece by piece, and passes it on. */
final class EnvelopeOutputStream extends OutputStream {
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
      byte[] piece = NOTHING;
      int read;
      do {
        int wanted = flow.wantedBytes();
        piece = room(piece, wanted);
        read = source.readNBytes(piece, 0, wanted);
        stream.write(piece, 0, read);
      } while (read > 0);
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
    for (int at = 0, piece; at < length; at += piece) {
      piece = Math.min(flow.wantedBytes(), length - at);
      boolean passed = false;
      try {
        out = room(out, flow.updateBytes(bytes, offset + at, piece));
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

  private static byte[] room(byte[] present, int bytes) {
    return present.length < bytes ? new byte[bytes] : present;
  }

  private void pass(int bytes) throws IOException {
    target.write(out, 0, bytes);
    given += bytes;
  }

  private void finish() throws IOException {
    out = room(out, flow.finishBytes(NOTHING, 0, 0));
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
