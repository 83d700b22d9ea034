package io.claviger.encryption;

import io.claviger.kms.EncryptionContext;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Map;

/**
 * What a source of unknown length gave, in the file of a {@link Spool}: its length is known now,
 * and it can be read as often as it is needed. Close it: that removes the file, and the key that it
 * is sealed under is gone.
 *
 * <p>Threads: safe; a stream is read by one at a time.
 */
public final class Spooled implements AutoCloseable {
  private final EncryptionService service;
  private final Map<String, String> headers;
  private final FileChannel stored;
  private final CustomerKey key;
  private final long plainBytes;

  /** Takes over {@code stored} and {@code key}. */
  Spooled(
      EncryptionService service,
      Map<String, String> headers,
      FileChannel stored,
      CustomerKey key,
      long plainBytes) {
    this.service = service;
    this.headers = headers;
    this.stored = stored;
    this.key = key;
    this.plainBytes = plainBytes;
  }

  /** Returns how many bytes the source gave. */
  public long plainBytes() {
    return plainBytes;
  }

  /**
   * Opens what the source gave, from its first byte. Every byte is verified before it is returned.
   * Blocking: as the disk.
   *
   * @throws IOException if the file fails, or this is closed, also while the stream is read
   */
  public InputStream open() throws IOException {
    return service
        .openObject(
            EncryptionService.NO_OBJECT,
            headers,
            EncryptionService.ofAnyName(),
            EncryptionContext.empty(),
            key)
        .openWhole(new FromStart(stored), stored.size());
  }

  /** As {@link #open}, of a stream that closes this too. */
  InputStream openOnce() throws IOException {
    return new FilterInputStream(open()) {
      @Override
      public void close() throws IOException {
        try (Spooled closedToo = Spooled.this) {
          super.close();
        }
      }
    };
  }

  @Override
  public void close() throws IOException {
    key.close();
    stored.close();
  }

  /** A file's bytes; several of them read one channel. */
  private static final class FromStart extends InputStream {
    private final FileChannel file;
    private long at;

    FromStart(FileChannel file) {
      this.file = file;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] out, int from, int length) throws IOException {
      int read = file.read(ByteBuffer.wrap(out, from, length), at);
      at += Math.max(read, 0);
      return read;
    }
  }
}
