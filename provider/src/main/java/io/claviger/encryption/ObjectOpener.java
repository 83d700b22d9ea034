package io.claviger.encryption;

import io.claviger.kms.EncryptionContext;
import java.io.InputStream;

/**
 * Opens one object whose data key was unwrapped.
 *
 * <p>Threads: safe; each stream belongs to one thread. Blocking: never the network.
 */
public final class ObjectOpener implements AutoCloseable {
  ObjectOpener() {}

  /** Whether the object is one part; otherwise a multipart object, not yet readable by ranges. */
  public boolean isSingle() {
    throw new IllegalStateException();
  }

  /** Returns the caller's own context that the object was sealed with. */
  public EncryptionContext context() {
    throw new IllegalStateException();
  }

  /** Returns what the writer's caller asked for: {@code AES256} or {@code aws:kms}. */
  public String sse() {
    throw new IllegalStateException();
  }

  /** Returns the master key's id. */
  public String keyId() {
    throw new IllegalStateException();
  }

  /**
   * Returns the plaintext length in bytes of a single-part object of {@code storedBytes} bytes,
   * proved by the header tag that the envelope carries: no body byte is needed.
   *
   * @throws io.claviger.format.FormatException if the tag does not prove that length
   */
  public long plainBytes(long storedBytes) {
    throw new IllegalStateException();
  }

  /**
   * Returns the plaintext of a whole object. Verifies the end too: the last read (-1) means that
   * every byte stored was authenticated. Closing early closes {@code stored} without reading on.
   *
   * @param stored all stored bytes from the first
   * @param storedBytes their number as the store says
   */
  public InputStream openWhole(InputStream stored, long storedBytes) {
    throw new IllegalStateException();
  }

  /**
   * Returns the plaintext bytes {@code plainFirst} to {@code plainLast}, inclusive, of a
   * single-part object.
   *
   * @param stored the stored bytes from {@code storedFirst} on, at least up to the end of the
   *     segment that holds {@code plainLast}
   * @param storedFirst offset of the first byte of {@code stored} in the object, the first byte of
   *     a segment (or 0)
   * @param storedBytes the object's stored size
   * @param plainFirst first plaintext byte wanted, not behind the end
   * @param plainLast last plaintext byte wanted, not behind the end
   */
  public InputStream openRange(
      InputStream stored, long storedFirst, long storedBytes, long plainFirst, long plainLast) {
    throw new IllegalStateException();
  }

  /** Wipes the data key; streams that are open go on. */
  @Override
  public void close() {}
}
