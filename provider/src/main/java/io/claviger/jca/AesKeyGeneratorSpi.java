package io.claviger.jca;

import io.claviger.kms.CreateKeyRequest;
import io.claviger.kms.DataKey;
import io.claviger.kms.GenerateDataKeyRequest;
import io.claviger.kms.KeyMetadata;
import io.claviger.kms.KmsException;
import io.claviger.service.KmsManager;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidParameterException;
import java.security.ProviderException;
import java.security.SecureRandom;
import java.security.spec.AlgorithmParameterSpec;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import javax.crypto.KeyGeneratorSpi;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * {@code KeyGenerator} {@code AES}: a new KMS key, a data key, or a plain local key. Initialising
 * only keeps the wish, since an exception there would be replaced by another provider's; the key
 * management service is called when the key is made.
 */
final class AesKeyGeneratorSpi extends KeyGeneratorSpi {
  private static final Set<Integer> SIZES = Set.of(128, 192, 256);

  private final ClavigerProvider provider;
  private @Nullable AlgorithmParameterSpec wish;
  private int bits = 256;
  private @Nullable SecureRandom random;

  AesKeyGeneratorSpi(ClavigerProvider provider) {
    this.provider = provider;
  }

  @Override
  protected void engineInit(@Nullable SecureRandom chosen) {
    engineInit(256, chosen);
  }

  @Override
  protected void engineInit(int keyBits, @Nullable SecureRandom chosen) {
    if (!SIZES.contains(keyBits)) {
      throw new InvalidParameterException(
          "an AES key has 128, 192 or 256 bits, not %d".formatted(keyBits));
    }
    wish = null;
    bits = keyBits;
    random = chosen;
  }

  @Override
  protected void engineInit(@Nullable AlgorithmParameterSpec spec, @Nullable SecureRandom chosen)
      throws InvalidAlgorithmParameterException {
    if (!(spec instanceof KmsKeySpec) && !(spec instanceof KmsDataKeySpec)) {
      throw new InvalidAlgorithmParameterException(
          "expected a KmsKeySpec for a new KMS key, or a KmsDataKeySpec for a data key");
    }
    wish = spec;
  }

  @Override
  protected SecretKey engineGenerateKey() {
    try {
      if (wish instanceof KmsKeySpec named) {
        return create(named);
      } else if (wish instanceof KmsDataKeySpec wanted) {
        return dataKey(wanted);
      }
      return localKey();
    } catch (KmsException e) {
      throw new ProviderException(e.getMessage(), e);
    }
  }

  SecretKey create(KmsKeySpec named) {
    KeyMetadata made =
        kms()
            .createKey(
                new CreateKeyRequest(
                    named.keyId(), named.usage(), named.description(), Map.of(), ""));
    return new KmsKey(provider, made.keyId(), made.currentVersion(), made.usage());
  }

  private SecretKey dataKey(KmsDataKeySpec wanted) {
    try (DataKey made =
        kms()
            .generateDataKey(
                new GenerateDataKeyRequest(
                    wanted.masterKeyId(), wanted.keySpec(), wanted.context(), true))) {
      return new KmsDataKey(made);
    }
  }

  private SecretKey localKey() {
    byte[] key = new byte[bits / 8];
    (random == null ? new SecureRandom() : random).nextBytes(key);
    try {
      return new SecretKeySpec(key, "AES");
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  private KmsManager kms() {
    return provider.serviceManager().manager();
  }
}
