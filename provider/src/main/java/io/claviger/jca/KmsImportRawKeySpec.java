package io.claviger.jca;

import io.claviger.kms.KeyUsage;
import io.claviger.kms.SecretBytes;
import java.security.spec.KeySpec;
import java.util.Objects;

/**
 * Asks {@code SecretKeyFactory} {@code KMS} to make a key of the key management service from raw
 * bytes that the caller has. Search your code for {@code importRawKey} to find every place where
 * raw key material enters.
 *
 * <p>Holds a copy of the bytes until {@link #close}. Threads: safe. Not serializable.
 */
public final class KmsImportRawKeySpec implements KeySpec, AutoCloseable {
  private final String keyId;
  private final SecretBytes rawKey;
  private final KeyUsage usage;

  private KmsImportRawKeySpec(String keyId, SecretBytes rawKey, KeyUsage usage) {
    this.keyId = Objects.requireNonNull(keyId, "keyId");
    this.rawKey = rawKey;
    this.usage = Objects.requireNonNull(usage, "usage");
  }

  /**
   * Asks for a key of this id and usage.
   *
   * @param rawKey an AES key of 16, 24 or 32 bytes, or a MAC key of 16 to 1,024 bytes; copied; the
   *     caller wipes its own
   */
  public static KmsImportRawKeySpec importRawKey(String keyId, byte[] rawKey, KeyUsage usage) {
    return new KmsImportRawKeySpec(keyId, SecretBytes.copyOf(rawKey), usage);
  }

  /** Returns the id that the key gets. */
  public String keyId() {
    return keyId;
  }

  /** Returns what the key may be used for. */
  public KeyUsage usage() {
    return usage;
  }

  SecretBytes rawKey() {
    return rawKey;
  }

  /** Wipes the bytes. */
  @Override
  public void close() {
    rawKey.close();
  }

  @Override
  public String toString() {
    return "KmsImportRawKeySpec[%s, %s, ***redacted***]".formatted(keyId, usage.wireName());
  }
}
