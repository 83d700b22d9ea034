package io.claviger.jca;

import io.claviger.kms.KmsException;
import java.security.InvalidKeyException;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.KeySpec;
import javax.crypto.SecretKey;
import javax.crypto.SecretKeyFactorySpi;

/** {@code SecretKeyFactory} {@code KMS}: existing keys by their id, and import of raw keys. */
final class KmsSecretKeyFactorySpi extends SecretKeyFactorySpi {
  private final ClavigerProvider provider;

  KmsSecretKeyFactorySpi(ClavigerProvider provider) {
    this.provider = provider;
  }

  @Override
  protected SecretKey engineGenerateSecret(KeySpec spec) throws InvalidKeySpecException {
    try {
      if (spec instanceof KmsKeyIdSpec named) {
        return provider.key(named.keyId(), named.version());
      }
      if (spec instanceof KmsImportRawKeySpec raw) {
        return provider.importRawKey(raw.keyId(), raw.rawKey(), raw.usage());
      }
    } catch (KmsException e) {
      throw new InvalidKeySpecException(e.getMessage(), e);
    }
    throw new InvalidKeySpecException(
        "expected a KmsKeyIdSpec that names a key, or KmsImportRawKeySpec.importRawKey(..)");
  }

  @Override
  protected KeySpec engineGetKeySpec(SecretKey key, Class<?> type) throws InvalidKeySpecException {
    if (key instanceof KmsKey kms && type.isAssignableFrom(KmsKeyIdSpec.class)) {
      return new KmsKeyIdSpec(kms.keyId(), kms.version());
    }
    throw new InvalidKeySpecException("only a KmsKey has a spec, and only a KmsKeyIdSpec");
  }

  @Override
  protected SecretKey engineTranslateKey(SecretKey key) throws InvalidKeyException {
    if (key instanceof KmsKey kms) {
      return kms.provider() == provider ? kms : provider.key(kms.keyId(), kms.version());
    }
    throw new InvalidKeyException("only a KmsKey can be translated");
  }
}
