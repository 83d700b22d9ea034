package io.claviger.backend.keyring;

import io.claviger.engine.Entropy;
import io.claviger.engine.Hkdf;
import io.claviger.format.KeyWrap;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;

/**
 * One version of a key: two independent secrets. {@code material} serves raw ciphers; {@code wrap}
 * serves blobs only and is never lent, since a Mac over it would give away derived keys.
 *
 * @param id number and random id
 * @param material 16 to 1,024 bytes as the key's usage allows, shared and never changed
 * @param wrap 32 bytes, shared and never changed
 * @param createdAt when it was made
 */
public record KeyVersion(KeyWrap.Version id, byte[] material, byte[] wrap, Instant createdAt) {
  /** Length of a wrapping secret, and of material whose length nobody chose. */
  public static final int SECRET_BYTES = 32;

  private static final byte[] COMPATIBLE_LABEL =
      "io.claviger/compatible/version-id/v1".getBytes(StandardCharsets.US_ASCII);

  /** Returns a fresh version with material of this length. */
  public static KeyVersion fresh(int number, int materialBytes, Instant now) {
    return of(number, Entropy.bytes(materialBytes), now);
  }

  /** Whether another version of this id has the same secrets: it opens what this one sealed. */
  public boolean opensSameAs(KeyVersion other) {
    return id.equals(other.id)
        && MessageDigest.isEqual(wrap, other.wrap)
        && MessageDigest.isEqual(material, other.material);
  }

  /** Returns the length of the material in bits. */
  public int bits() {
    return Byte.SIZE * material.length;
  }

  /** Returns a version with given material and fresh everything else. */
  public static KeyVersion of(int number, byte[] material, Instant now) {
    long id = ByteBuffer.wrap(Entropy.bytes(KeyWrap.VERSION_ID_BYTES)).getLong();
    return new KeyVersion(
        new KeyWrap.Version(number, id), material, Entropy.bytes(SECRET_BYTES), now);
  }

  /**
   * Returns a version with both secrets given. Its id follows from the wrapping secret, so that it
   * opens what a version made of the same secrets before has wrapped.
   */
  public static KeyVersion escrowed(int number, byte[] material, byte[] wrap, Instant now) {
    return new KeyVersion(compatibleId(number, wrap), material, wrap, now);
  }

  /**
   * Returns a version of a key with one secret, which RustFS or a configuration gave: it wraps
   * blobs. The version's id follows from the secret, so every process with the same key opens the
   * blobs of the others.
   */
  public static KeyVersion compatible(int number, byte[] secret, Instant createdAt) {
    return new KeyVersion(compatibleId(number, secret), secret, secret, createdAt);
  }

  static KeyWrap.Version compatibleId(int number, byte[] secret) {
    byte[] id =
        Hkdf.SHA_256.derive(secret, new byte[0], COMPATIBLE_LABEL, KeyWrap.VERSION_ID_BYTES);
    return new KeyWrap.Version(number, ByteBuffer.wrap(id).getLong());
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
