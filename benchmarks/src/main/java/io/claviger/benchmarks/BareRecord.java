package io.claviger.benchmarks;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * What the JDK itself must do for one small message of {@code KMSEnvelope} whose data key is there
 * (format 13 and FLOE), and nothing else: random bytes for the message and its segment, three HMACs
 * with SHA-384 under two keys, and AES-GCM under a key that is used once. Objects are reused,
 * nothing is checked, wiped, counted or laid out.
 */
final class BareRecord {
  private static final byte[] INFO = new byte[56];
  private static final byte[] NUMBER = new byte[9];

  private final SecureRandom random = new SecureRandom();
  private final SecretKeySpec dataKey = new SecretKeySpec(new byte[32], "HmacSHA384");
  private final byte[] messageIv = new byte[32];
  private final byte[] iv = new byte[12];
  private final Mac mac;
  private final Cipher cipher;

  BareRecord() throws GeneralSecurityException {
    mac = Mac.getInstance("HmacSHA384", "SunJCE");
    cipher = Cipher.getInstance("AES/GCM/NoPadding", "SunJCE");
  }

  byte[] seal(byte[] record) throws GeneralSecurityException {
    random.nextBytes(messageIv);
    random.nextBytes(iv);
    return run(Cipher.ENCRYPT_MODE, record);
  }

  /** Opens what was sealed last. */
  byte[] open(byte[] sealed) throws GeneralSecurityException {
    return run(Cipher.DECRYPT_MODE, sealed);
  }

  private byte[] run(int mode, byte[] bytes) throws GeneralSecurityException {
    mac.init(dataKey);
    expand(32);
    byte[] messageKey = expand(48);
    mac.init(new SecretKeySpec(messageKey, "HmacSHA384"));
    SecretKeySpec segmentKey = new SecretKeySpec(expand(32), "AES");
    cipher.init(mode, segmentKey, new GCMParameterSpec(128, iv));
    cipher.updateAAD(NUMBER);
    return cipher.doFinal(bytes);
  }

  /** One block of HKDF-Expand. */
  private byte[] expand(int length) {
    mac.update(messageIv);
    mac.update(INFO);
    mac.update((byte) 1);
    return Arrays.copyOf(mac.doFinal(), length);
  }
}
