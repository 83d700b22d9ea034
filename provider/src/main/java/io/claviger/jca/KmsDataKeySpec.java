package io.claviger.jca;

import io.claviger.kms.EncryptionContext;
import io.claviger.kms.KeySpec;
import java.security.spec.AlgorithmParameterSpec;
import java.util.Objects;

/**
 * Asks {@code KeyGenerator} {@code AES} for a fresh data key, a {@link KmsDataKey}. Immutable.
 *
 * @param masterKeyId the master key that wraps it
 * @param context bound to the wrapped key
 * @param keySpec its kind
 */
public record KmsDataKeySpec(String masterKeyId, EncryptionContext context, KeySpec keySpec)
    implements AlgorithmParameterSpec {
  public KmsDataKeySpec {
    Objects.requireNonNull(masterKeyId, "masterKeyId");
    Objects.requireNonNull(context, "context");
  }

  /** Asks for an AES-256 data key. */
  public static KmsDataKeySpec of(String masterKeyId, EncryptionContext context) {
    return new KmsDataKeySpec(masterKeyId, context, KeySpec.AES_256);
  }

  /** Returns this spec with another kind of key. */
  public KmsDataKeySpec withKeySpec(KeySpec other) {
    return new KmsDataKeySpec(masterKeyId, context, other);
  }
}
