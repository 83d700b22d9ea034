package io.claviger.encryption;

import io.claviger.engine.AesGcm;
import io.claviger.engine.UnverifiedGcm;
import io.claviger.kms.SecretBytes;
import io.claviger.object.FormatException;
import io.claviger.object.FormatException.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One object of the Amazon S3 Encryption Client, of any size, read twice from its beginning and
 * never held: {@link #verify} authenticates all of it and returns nothing, and only then {@link
 * #open} gives the plaintext, whose tag is verified again before its last byte is returned.
 *
 * <pre>{@code
 * S3EncryptionClientMessage message = keys.message(metadata, storedBytes);
 * try (InputStream stored = get()) { message.verify(stored); }
 * try (InputStream plain = message.open(get())) { store(plain, message.plainBytes()); }
 * }</pre>
 *
 * <p>What {@link #open} gives is authenticated as of the first reading. A store that gives other
 * bytes at the second one is found at their end, so what takes the bytes must not let them count
 * before the end was reached: an upload that is completed only then.
 *
 * <p>Threads: one at a time. Blocking: as the streams that are given. Close it to wipe its key.
 */
public final class S3EncryptionClientMessage implements AutoCloseable {
  private static final int PIECE_BYTES = 64 << 10;

  private final SecretBytes contentKey;
  private final byte[] iv;
  private final byte[] aad;
  private final long storedBytes;
  private final AtomicBoolean verified = new AtomicBoolean();

  /** Takes the key over. */
  S3EncryptionClientMessage(byte[] contentKey, byte[] iv, byte[] aad, long storedBytes) {
    this.contentKey = SecretBytes.takeOwnership(contentKey);
    this.iv = iv;
    this.aad = aad;
    this.storedBytes = storedBytes;
  }

  /** Returns the length of the plaintext in bytes. */
  public long plainBytes() {
    return storedBytes - AesGcm.TAG_BYTES;
  }

  /**
   * Reads all stored bytes and authenticates them; returns none.
   *
   * @throws FormatException SEGMENT if they are not what was written; TRUNCATED if there are fewer
   *     or more than announced
   * @throws IOException as {@code stored}
   */
  public void verify(InputStream stored) throws IOException {
    Plaintext all = new Plaintext(stored);
    byte[] piece = new byte[PIECE_BYTES];
    while (all.read(piece, 0, piece.length) >= 0) {
      continue;
    }
    verified.set(true);
  }

  /**
   * Returns the plaintext. Its last byte is returned when the tag was verified again; reading
   * throws as {@link #verify} does. Closing closes {@code stored}.
   *
   * @throws IllegalStateException before {@link #verify} has returned
   */
  public InputStream open(InputStream stored) {
    if (!verified.get()) {
      throw new IllegalStateException("verify the message before it is opened");
    }
    return new Plaintext(stored);
  }

  @Override
  public void close() {
    contentKey.close();
  }

  /** A piece is given out when it is known not to be the last one, or the tag was verified. */
  private final class Plaintext extends InputStream {
    private final InputStream stored;
    private final UnverifiedGcm cipher = contentKey.use(key -> new UnverifiedGcm(key, iv, aad));
    private final byte[] piece = new byte[PIECE_BYTES];
    private long left = plainBytes();
    private boolean ended;
    private int at;
    private int end;

    Plaintext(InputStream stored) {
      this.stored = stored;
    }

    @Override
    public int read() throws IOException {
      return fill() ? piece[at++] & 0xff : -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      if (!fill()) {
        return -1;
      }
      int count = Math.min(length, end - at);
      System.arraycopy(piece, at, target, offset, count);
      at += count;
      return count;
    }

    /** Returns whether there is a byte to give. */
    private boolean fill() throws IOException {
      if (at < end) {
        return true;
      }
      if (ended) {
        return false;
      }
      int wanted = (int) Math.min(left, PIECE_BYTES);
      requireAll(stored.readNBytes(piece, 0, wanted) == wanted);
      left -= wanted;
      cipher.decrypt(piece, wanted);
      if (left == 0) {
        finish();
      }
      at = 0;
      end = wanted;
      return end > 0;
    }

    private void finish() throws IOException {
      byte[] tag = stored.readNBytes(AesGcm.TAG_BYTES);
      requireAll(tag.length == AesGcm.TAG_BYTES && stored.read() < 0);
      if (!cipher.isAuthentic(tag)) {
        throw S3EncryptionClientKeys.notAuthentic();
      }
      ended = true;
    }

    private void requireAll(boolean there) {
      if (!there) {
        throw new FormatException(
            Failure.TRUNCATED,
            "the store announced %d bytes and sent another number. Read again"
                .formatted(storedBytes));
      }
    }

    @Override
    public void close() throws IOException {
      stored.close();
    }
  }
}
