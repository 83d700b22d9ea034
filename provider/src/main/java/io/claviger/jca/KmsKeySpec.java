package io.claviger.jca;

import io.claviger.kms.KeyUsage;
import io.claviger.kms.KmsException;
import java.security.KeyStore;
import java.security.spec.AlgorithmParameterSpec;
import java.util.Objects;

/**
 * Asks {@code KeyGenerator} {@code AES} or {@code HmacSHA256, 384, 512}, or {@code KeyStore} {@code
 * Claviger} as an entry to set, for a new key in the key management service. Immutable.
 *
 * @param keyId the id it gets
 * @param usage what it may be used for
 * @param description free text, empty when none
 * @param bits length of its raw key; 0 for the usual one: 256, and from a generator of MAC keys the
 *     length of its MAC
 */
public record KmsKeySpec(String keyId, KeyUsage usage, String description, int bits)
    implements AlgorithmParameterSpec, KeyStore.Entry {
  public KmsKeySpec {
    Objects.requireNonNull(keyId, "keyId");
  }

  /** Asks for a key of the usual length. */
  public KmsKeySpec(String keyId, KeyUsage usage, String description) {
    this(keyId, usage, description, 0);
  }

  /** Asks for an AES-256 key of this id. */
  public static KmsKeySpec named(String keyId) {
    return new KmsKeySpec(keyId, KeyUsage.ENCRYPT_DECRYPT, "");
  }

  /** Returns this spec with another usage. */
  public KmsKeySpec withUsage(KeyUsage other) {
    return new KmsKeySpec(keyId, Objects.requireNonNull(other, "usage"), description, bits);
  }

  /** Returns this spec with a description. */
  public KmsKeySpec withDescription(String text) {
    return new KmsKeySpec(keyId, usage, text, bits);
  }

  /**
   * Returns this spec with a length of the raw key: 128, 192 or 256 bits for AES, a multiple of 8
   * from 128 to 8,192 for a MAC key. Whether the usage has it is seen when the key is made.
   *
   * @throws IllegalArgumentException for a length that no key has
   */
  public KmsKeySpec bits(int keyBits) {
    try {
      KeyUsage.SIGN_VERIFY.requireBits(keyBits); // the wider range
    } catch (KmsException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
    return new KmsKeySpec(keyId, usage, description, keyBits);
  }

  /** Returns the length asked for, {@code usual} when none was. */
  int bitsOr(int usual) {
    return bits == 0 ? usual : bits;
  }
}
