package io.claviger.jca;

import java.security.InvalidKeyException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** Keys to bytes and back, as {@code Cipher.wrap} and {@code unwrap} define it. */
final class WrappedKeys {
  private WrappedKeys() {}

  /** Returns the encoding of a key to wrap; the caller wipes it. */
  static byte[] encodingOf(@Nullable Key key) throws InvalidKeyException {
    byte[] encoded;
    try {
      encoded = key == null ? null : key.getEncoded();
    } catch (IllegalStateException e) { // a key that was destroyed
      throw new InvalidKeyException("the key to wrap is gone: " + e.getMessage(), e);
    }
    if (encoded == null) {
      throw new InvalidKeyException(
          "the key to wrap has no encoding: it never leaves its key store. Wrap data keys instead");
    }
    return encoded;
  }

  /** Returns the key with this encoding, which is wiped. */
  static Key take(byte[] encoded, String algorithm, int type)
      throws InvalidKeyException, NoSuchAlgorithmException {
    try {
      return switch (type) {
        case Cipher.SECRET_KEY -> new SecretKeySpec(encoded, algorithm);
        case Cipher.PRIVATE_KEY ->
            KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded));
        case Cipher.PUBLIC_KEY ->
            KeyFactory.getInstance(algorithm).generatePublic(new X509EncodedKeySpec(encoded));
        default ->
            throw new NoSuchAlgorithmException("there is no type %d of keys".formatted(type));
      };
    } catch (InvalidKeySpecException | IllegalArgumentException e) {
      throw new InvalidKeyException(
          "what was unwrapped is no %s key of that type".formatted(algorithm), e);
    } finally {
      Arrays.fill(encoded, (byte) 0);
    }
  }
}
