package io.claviger.backend.keyring;

import io.claviger.engine.Entropy;
import io.claviger.format.KeyWrap;
import java.nio.ByteBuffer;
import java.time.Instant;

/**
 * One version of a key: two independent secrets. {@code material} serves raw ciphers; {@code wrap}
 * serves blobs only and is never lent, since a Mac over it would give away derived keys.
 *
 * @param id number and random id
 * @param material 32 bytes, shared and never changed
 * @param wrap 32 bytes, shared and never changed
 * @param createdAt when it was made
 */
public record KeyVersion(KeyWrap.Version id, byte[] material, byte[] wrap, Instant createdAt) {
  /** Length of each secret. */
  public static final int SECRET_BYTES = 32;

  /** Returns a fresh version. */
  public static KeyVersion fresh(int number, Instant now) {
    return of(number, Entropy.bytes(SECRET_BYTES), now);
  }

  /** Returns a version with given material and fresh everything else. */
  public static KeyVersion of(int number, byte[] material, Instant now) {
    long id = ByteBuffer.wrap(Entropy.bytes(KeyWrap.VERSION_ID_BYTES)).getLong();
    return new KeyVersion(
        new KeyWrap.Version(number, id), material, Entropy.bytes(SECRET_BYTES), now);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof KeyVersion that && id.equals(that.id);
  }

  @Override
  public int hashCode() {
    return id.hashCode();
  }

  @Override
  public String toString() {
    return "KeyVersion[%d, ***redacted***]".formatted(id.number());
  }
}
