package io.claviger.engine;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Decrypts one AES-GCM message (NIST SP 800-38D) piece by piece, before its tag is known to be
 * right: for messages larger than memory, whose plaintext the caller holds back or takes back until
 * {@link #isAuthentic} said so. Ciphers of the JDK hold a whole message instead.
 *
 * <p>The plaintext is AES-CTR from the second counter block on (7.1, steps 3 and 5); the tag is
 * that of encrypting the plaintext again.
 *
 * <p>Threads: one. Never blocks.
 */
public final class UnverifiedGcm {
  /** The counter has 32 bits, of which two values are not for blocks of the message (5.2.1.1). */
  public static final long MAX_BYTES = ((1L << 32) - 2) * 16;

  private static final int BLOCK_BYTES = 16;

  private final Cipher decrypting = RawCiphers.boundCipher("AES/CTR/NoPadding");
  private final Cipher sealing = RawCiphers.boundCipher("AES/GCM/NoPadding");

  /** Ciphertext of {@link #sealing}, of which only the tag is wanted. */
  private byte[] again = new byte[0];

  /** Begins a message; key (32 bytes) and IV (12 bytes) are copied. */
  public UnverifiedGcm(byte[] key, byte[] iv, byte[] aad) {
    SecretKeySpec secret = new SecretKeySpec(key, "AES");
    byte[] counter = Arrays.copyOf(iv, BLOCK_BYTES);
    counter[BLOCK_BYTES - 1] = 2;
    try {
      decrypting.init(Cipher.DECRYPT_MODE, secret, new IvParameterSpec(counter));
      sealing.init(
          Cipher.ENCRYPT_MODE, secret, new GCMParameterSpec(AesGcm.TAG_BYTES * Byte.SIZE, iv));
      sealing.updateAAD(aad);
    } catch (GeneralSecurityException e) {
      throw broken(e);
    }
  }

  /**
   * Decrypts the first {@code length} bytes of {@code bytes} in their place. Nothing says yet that
   * they are right.
   */
  public void decrypt(byte[] bytes, int length) {
    int room = length + 2 * BLOCK_BYTES;
    if (again.length < room) {
      again = new byte[room];
    }
    try {
      int decrypted = decrypting.update(bytes, 0, length, bytes, 0);
      if (decrypted != length) {
        throw new IllegalStateException("internal error: AES-CTR holds bytes back");
      }
      sealing.update(bytes, 0, length, again, 0);
    } catch (GeneralSecurityException e) {
      throw broken(e);
    }
  }

  /** Ends the message and returns whether all that was decrypted is what was encrypted. */
  public boolean isAuthentic(byte[] tag) {
    try {
      byte[] end = sealing.doFinal();
      byte[] found = Arrays.copyOfRange(end, end.length - AesGcm.TAG_BYTES, end.length);
      return MessageDigest.isEqual(found, tag);
    } catch (GeneralSecurityException e) {
      throw broken(e);
    }
  }

  private static IllegalStateException broken(GeneralSecurityException e) {
    return new IllegalStateException("internal error: AES-GCM in pieces: " + e.getMessage(), e);
  }
}
