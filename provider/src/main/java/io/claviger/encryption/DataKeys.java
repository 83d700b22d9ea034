package io.claviger.encryption;

import io.claviger.jca.ClavigerProvider;
import io.claviger.jca.KmsDataKey;
import io.claviger.jca.KmsDataKeySpec;
import io.claviger.jca.KmsKey;
import io.claviger.jca.KmsParameterSpec;
import io.claviger.kms.EncryptionContext;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsException;
import io.claviger.kms.SecretBytes;
import io.claviger.service.RecentKey;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.ProviderException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.KeyGenerator;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** Data keys through the provider's {@code KeyGenerator} and {@code Cipher} services. */
final class DataKeys {
  private final ClavigerProvider provider;

  DataKeys(ClavigerProvider provider) {
    this.provider = provider;
  }

  KmsDataKey generate(String masterKeyId, EncryptionContext context) {
    try {
      KeyGenerator generator = KeyGenerator.getInstance("AES", provider);
      generator.init(KmsDataKeySpec.of(masterKeyId, context));
      return (KmsDataKey) generator.generateKey();
    } catch (GeneralSecurityException | ProviderException e) {
      throw unwrapped(e);
    }
  }

  SecretBytes unwrap(String masterKeyId, byte[] blob, EncryptionContext context) {
    try {
      Cipher cipher = Cipher.getInstance("KMS", provider);
      cipher.init(Cipher.UNWRAP_MODE, provider.key(masterKeyId), new KmsParameterSpec(context));
      Key key = cipher.unwrap(blob, "AES", Cipher.SECRET_KEY);
      return ofLength(key.getEncoded(), masterKeyId);
    } catch (GeneralSecurityException | ProviderException e) {
      throw unwrapped(e);
    }
  }

  /** What else a key service may answer would fail later, without a word of the key. */
  private static SecretBytes ofLength(byte[] key, String masterKeyId) {
    if (key.length != KeyWrapping.DATA_KEY_BYTES) {
      Arrays.fill(key, (byte) 0);
      throw KmsException.of(
          ErrorKind.NOT_AUTHENTIC,
          "key \"%s\" opened a wrapped data key to %d bytes, expected %d. It is no data key of an object, or the key service is not what it seems: look at its address"
              .formatted(masterKeyId, key.length, KeyWrapping.DATA_KEY_BYTES));
    }
    return SecretBytes.takeOwnership(key);
  }

  /** Returns the number of the key service's configuration: another one may have other keys. */
  long configuration() {
    return provider.serviceManager().version();
  }

  /**
   * Returns a master key as it was seen a short while ago, null where there is none.
   *
   * @param now whether within the last second
   */
  @Nullable RecentKey recent(String masterKeyId, boolean now) {
    try {
      return provider.serviceManager().manager().recentKey(masterKeyId, now);
    } catch (KmsException e) {
      if (e.kind() == ErrorKind.KEY_NOT_FOUND) {
        return null;
      }
      throw e;
    }
  }

  /** Returns a master key under the id that its backend has for it: not an alias. */
  KmsKey masterKey(String masterKeyId) {
    try {
      return provider.key(masterKeyId);
    } catch (ProviderException e) {
      throw unwrapped(e);
    }
  }

  /** Wraps a data key that is there already. */
  byte[] wrap(KmsKey masterKey, SecretBytes dataKey, EncryptionContext context) {
    byte[] raw = dataKey.toByteArray();
    try {
      Cipher cipher = Cipher.getInstance("KMS", provider);
      cipher.init(Cipher.WRAP_MODE, masterKey, new KmsParameterSpec(context));
      return cipher.wrap(new SecretKeySpec(raw, "AES"));
    } catch (GeneralSecurityException | ProviderException e) {
      throw unwrapped(e);
    } finally {
      Arrays.fill(raw, (byte) 0);
    }
  }

  /** The JCA wraps our exceptions into its own; callers of this package get ours. */
  static KmsException unwrapped(Exception e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof KmsException kms) {
        return kms;
      }
    }
    return KmsException.of(
        ErrorKind.CRYPTO_FAILURE,
        "a data key could not be made, wrapped or unwrapped: %s. Check the JVM's security providers"
            .formatted(e.getMessage()),
        e);
  }
}
