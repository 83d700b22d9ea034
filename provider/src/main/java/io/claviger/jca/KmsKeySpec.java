package io.claviger.jca;

import io.claviger.kms.KeyUsage;
import java.security.KeyStore;
import java.security.spec.AlgorithmParameterSpec;
import java.util.Objects;

/**
 * Asks {@code KeyGenerator} {@code AES}, or {@code KeyStore} {@code Claviger} as an entry to set,
 * for a new key in the key management service. Immutable.
 *
 * @param keyId the id it gets
 * @param usage what it may be used for
 * @param description free text, empty when none
 */
public record KmsKeySpec(String keyId, KeyUsage usage, String description)
    implements AlgorithmParameterSpec, KeyStore.Entry {
  public KmsKeySpec {
    Objects.requireNonNull(keyId, "keyId");
  }

  /** Asks for an AES-256 key of this id. */
  public static KmsKeySpec named(String keyId) {
    return new KmsKeySpec(keyId, KeyUsage.ENCRYPT_DECRYPT, "");
  }

  /** Returns this spec with another usage. */
  public KmsKeySpec withUsage(KeyUsage other) {
    return new KmsKeySpec(keyId, other, description);
  }

  /** Returns this spec with a description. */
  public KmsKeySpec withDescription(String text) {
    return new KmsKeySpec(keyId, usage, text);
  }

  /**
   * Returns this spec: keys of the key management service always have 256 bits.
   *
   * @throws IllegalArgumentException for another length
   */
  public KmsKeySpec bits(int bits) {
    if (bits != 256) {
      throw new IllegalArgumentException("a KMS key has 256 bits, not %d; use 256".formatted(bits));
    }
    return this;
  }
}
