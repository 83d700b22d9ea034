package io.claviger.benchmarks;

import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The JDK's AES-GCM over segments of 64 KiB, with nothing around it: what sealing costs at least.
 */
final class BareCipher {
  private static final int SEGMENT_BYTES = 64 << 10;

  private final int bytes;
  private final byte[] plain = new byte[SEGMENT_BYTES];
  private final byte[] sealed = new byte[SEGMENT_BYTES + 16];
  private final SecretKeySpec key = new SecretKeySpec(new byte[32], "AES");
  private long counter;

  BareCipher(int bytes) {
    this.bytes = bytes;
  }

  /** Seals all bytes once and returns the milliseconds. */
  double millis() {
    try {
      Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
      long begun = System.nanoTime();
      for (int left = bytes; left > 0; left -= SEGMENT_BYTES) {
        byte[] iv = new byte[12];
        counter++;
        for (int i = 0; i < 8; i++) {
          iv[i] = (byte) (counter >>> 8 * i);
        }
        cipher.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(128, iv));
        cipher.doFinal(plain, 0, Math.min(left, SEGMENT_BYTES), sealed);
      }
      return (System.nanoTime() - begun) / 1e6;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK has no AES-GCM", e);
    }
  }
}
