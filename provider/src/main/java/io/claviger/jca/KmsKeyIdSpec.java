package io.claviger.jca;

import java.security.spec.KeySpec;
import java.util.Objects;

/**
 * Names an existing key for {@code SecretKeyFactory} {@code KMS}. Immutable.
 *
 * @param keyId the key
 * @param version the version for raw ciphers, 0 for the current one
 */
public record KmsKeyIdSpec(String keyId, int version) implements KeySpec {
  public KmsKeyIdSpec {
    Objects.requireNonNull(keyId, "keyId");
    if (version < 0) {
      throw new IllegalArgumentException(
          "version %d; versions count from 1, 0 is the current one".formatted(version));
    }
  }

  /** Names the current version of a key. */
  public KmsKeyIdSpec(String keyId) {
    this(keyId, 0);
  }
}
