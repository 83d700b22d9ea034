package io.claviger.jca;

import io.claviger.kms.CreateKeyRequest;
import io.claviger.kms.DataKey;
import io.claviger.kms.GenerateDataKeyRequest;
import io.claviger.kms.KeyMetadata;
import io.claviger.kms.KeyUsage;
import io.claviger.kms.KmsException;
import io.claviger.service.KmsManager;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidParameterException;
import java.security.ProviderException;
import java.security.SecureRandom;
import java.security.spec.AlgorithmParameterSpec;
import java.util.Arrays;
import java.util.Set;
import java.util.function.IntPredicate;
import javax.crypto.KeyGeneratorSpi;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * {@code KeyGenerator} {@code AES} and {@code HmacSHA256, 384, 512}: a new KMS key, a data key
 * (AES), or a plain local key. Initialising only keeps the wish, since an exception there would be
 * replaced by another provider's; the key management service is called when the key is made.
 */
final class KmsKeyGeneratorSpi extends KeyGeneratorSpi {
  private final ClavigerProvider provider;
  private final String algorithm;
  private final int usualBits;
  private final IntPredicate possibleBits;
  private @Nullable AlgorithmParameterSpec wish;
  private int bits;
  private @Nullable SecureRandom random;

  private KmsKeyGeneratorSpi(
      ClavigerProvider provider, String algorithm, int usualBits, IntPredicate possibleBits) {
    this.provider = provider;
    this.algorithm = algorithm;
    this.usualBits = usualBits;
    this.possibleBits = possibleBits;
    this.bits = usualBits;
  }

  static KmsKeyGeneratorSpi aes(ClavigerProvider provider) {
    return new KmsKeyGeneratorSpi(provider, "AES", 256, Set.of(128, 192, 256)::contains);
  }

  /** As SunJCE: as long as the MAC unless a length from 40 bits on is given. */
  static KmsKeyGeneratorSpi hmac(ClavigerProvider provider, String algorithm, int usualBits) {
    return new KmsKeyGeneratorSpi(provider, algorithm, usualBits, bits -> bits >= 40);
  }

  private boolean isAes() {
    return algorithm.equals("AES");
  }

  @Override
  protected void engineInit(@Nullable SecureRandom chosen) {
    engineInit(usualBits, chosen);
  }

  @Override
  protected void engineInit(int keyBits, @Nullable SecureRandom chosen) {
    if (!possibleBits.test(keyBits)) {
      throw new InvalidParameterException(
          "%s, not %d"
              .formatted(
                  isAes()
                      ? "an AES key has 128, 192 or 256 bits"
                      : "a key for %s has 40 bits or more".formatted(algorithm),
                  keyBits));
    }
    wish = null;
    bits = keyBits;
    random = chosen;
  }

  @Override
  protected void engineInit(@Nullable AlgorithmParameterSpec spec, @Nullable SecureRandom chosen)
      throws InvalidAlgorithmParameterException {
    if (spec instanceof KmsKeySpec named) {
      wish = isAes() ? named : macKey(named);
    } else if (spec instanceof KmsDataKeySpec && isAes()) {
      wish = spec;
    } else {
      throw new InvalidAlgorithmParameterException(
          isAes()
              ? "expected a KmsKeySpec for a new KMS key, or a KmsDataKeySpec for a data key"
              : "expected a KmsKeySpec for a new MAC key; data keys come from KeyGenerator AES");
    }
  }

  private KmsKeySpec macKey(KmsKeySpec named) {
    return new KmsKeySpec(
        named.keyId(), KeyUsage.SIGN_VERIFY, named.description(), named.bitsOr(usualBits));
  }

  @Override
  protected SecretKey engineGenerateKey() {
    try {
      if (wish instanceof KmsKeySpec named) {
        return create(provider, named);
      } else if (wish instanceof KmsDataKeySpec wanted) {
        return dataKey(wanted);
      }
      return localKey();
    } catch (KmsException e) {
      throw new ProviderException(e.getMessage(), e);
    }
  }

  static SecretKey create(ClavigerProvider provider, KmsKeySpec named) {
    KeyMetadata made =
        provider
            .serviceManager()
            .manager()
            .createKey(
                CreateKeyRequest.named(named.keyId())
                    .withUsage(named.usage())
                    .withDescription(named.description())
                    .withBits(named.bitsOr(KeyUsage.USUAL_BITS)));
    return new KmsKey(provider, made, made.currentVersion());
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
    byte[] key = new byte[(bits + 7) / 8];
    (random == null ? new SecureRandom() : random).nextBytes(key);
    try {
      return new SecretKeySpec(key, algorithm);
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  private KmsManager kms() {
    return provider.serviceManager().manager();
  }
}
