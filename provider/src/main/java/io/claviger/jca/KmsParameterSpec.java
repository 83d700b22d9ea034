package io.claviger.jca;

import io.claviger.kms.EncryptionContext;
import java.security.spec.AlgorithmParameterSpec;
import java.util.Objects;

/**
 * The context of {@code Cipher} {@code KMS}: what decrypts must state exactly what encrypted.
 * Immutable.
 *
 * @param context bound to the ciphertext
 */
public record KmsParameterSpec(EncryptionContext context) implements AlgorithmParameterSpec {
  public KmsParameterSpec {
    Objects.requireNonNull(context, "context");
  }
}
