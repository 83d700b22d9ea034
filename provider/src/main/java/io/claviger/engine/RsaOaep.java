package io.claviger.engine;

import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.PrivateKey;
import java.security.spec.MGF1ParameterSpec;
import javax.crypto.Cipher;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import org.jspecify.annotations.Nullable;

/** RSA-OAEP with SHA-1 and MGF1 (RFC 8017, 7.1), opening only: for keys that others wrapped. */
public final class RsaOaep {
  private static final OAEPParameterSpec SHA_1 =
      new OAEPParameterSpec("SHA-1", "MGF1", MGF1ParameterSpec.SHA1, PSource.PSpecified.DEFAULT);

  private RsaOaep() {}

  /**
   * Returns what {@code wrapped} holds, null if it does not open: one answer for every reason, so
   * that nobody learns more of it (RFC 8017, 7.1.2, note). The provider that takes the key
   * decrypts, so the key may be one of a device.
   *
   * @throws IllegalArgumentException if no provider takes {@code key} for RSA-OAEP
   */
  public static byte @Nullable [] open(PrivateKey key, byte[] wrapped) {
    try {
      Cipher cipher = Cipher.getInstance("RSA/ECB/OAEPPadding");
      cipher.init(Cipher.DECRYPT_MODE, key, SHA_1);
      return cipher.doFinal(wrapped);
    } catch (InvalidKeyException e) {
      throw new IllegalArgumentException(
          "no security provider takes this private key for RSA-OAEP: " + key.getAlgorithm(), e);
    } catch (GeneralSecurityException e) {
      return null;
    }
  }
}
