package io.claviger.benchmarks;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * What the JDK itself must do for one data key (format 2.4), and nothing else: 32 random bytes for
 * the key and 32 for the salt, the three HMACs of HKDF, and AES-GCM under a key that is used once.
 * Objects are reused, nothing is checked, wiped, counted or laid out.
 */
final class BareDataKey {
  private static final byte[] LABEL = new byte[25];
  private static final byte[] AAD = new byte[110];

  private final SecureRandom random = new SecureRandom();
  private final SecretKeySpec master = new SecretKeySpec(new byte[32], "HmacSHA256");
  private final Mac mac;
  private final Cipher cipher;

  BareDataKey() throws GeneralSecurityException {
    mac = Mac.getInstance("HmacSHA256");
    cipher = Cipher.getInstance("AES/GCM/NoPadding");
  }

  byte[] make() throws GeneralSecurityException {
    byte[] key = new byte[32];
    byte[] salt = new byte[32];
    random.nextBytes(key);
    random.nextBytes(salt);
    mac.init(new SecretKeySpec(salt, "HmacSHA256"));
    mac.init(new SecretKeySpec(mac.doFinal(master.getEncoded()), "HmacSHA256"));
    mac.update(LABEL);
    mac.update((byte) 1);
    byte[] wrappingKey = mac.doFinal();
    mac.update(wrappingKey);
    mac.update(LABEL);
    mac.update((byte) 2);
    byte[] iv = mac.doFinal();
    cipher.init(
        Cipher.ENCRYPT_MODE,
        new SecretKeySpec(wrappingKey, "AES"),
        new GCMParameterSpec(128, iv, 0, 12));
    cipher.updateAAD(AAD);
    return cipher.doFinal(key);
  }
}
