package io.claviger.engine;

import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * AES-GCM (NIST SP 800-38D) with 96-bit IVs and 128-bit tags over heap arrays; one object is reused
 * for many messages.
 *
 * <p>The cipher comes from the first installed provider that takes raw keys, so an accelerated one
 * that stands ahead is used. Keep messages at or below 64 KiB: larger ones stay slow on JDK 17.
 *
 * <p>Threads: one thread at a time. Never blocks.
 */
public final class AesGcm {
  /** Length of an IV in bytes. */
  public static final int IV_BYTES = 12;

  /** Length of a tag in bytes, which follows the ciphertext. */
  public static final int TAG_BYTES = 16;

  private static final byte[] NOTHING = new byte[0];
  private static final int TAG_BITS = 8 * TAG_BYTES;

  private final Cipher cipher;
  private SecretKey key;

  /** Makes a cipher for {@code key} (16, 24 or 32 bytes), which is copied. */
  public AesGcm(byte[] key) {
    this.cipher = RawCiphers.boundCipher("AES/GCM/NoPadding");
    this.key = new SecretKeySpec(key, "AES");
  }

  /** Goes over to another key, which is copied. */
  public void rekey(byte[] newKey) {
    rekey(newKey, newKey.length);
  }

  /** Goes over to the key in the first {@code keyBytes} of {@code bytes}, which are copied. */
  public void rekey(byte[] bytes, int keyBytes) {
    this.key = new SecretKeySpec(bytes, 0, keyBytes, "AES");
  }

  /**
   * Encrypts {@code length} bytes into ciphertext and tag at {@code output[outputOffset..]} and
   * returns their number, {@code length + 16}. The arrays may be the same, the places may not
   * overlap unless they are equal. The same key and IV must never meet two plaintexts: that is the
   * caller's duty.
   */
  public int seal(
      byte[] iv,
      int ivOffset,
      byte[] aad,
      byte[] input,
      int inputOffset,
      int length,
      byte[] output,
      int outputOffset) {
    return seal(iv, ivOffset, aad, NOTHING, 0, input, inputOffset, length, output, outputOffset);
  }

  /**
   * Encrypts like {@link #seal(byte[], int, byte[], byte[], int, int, byte[], int)}, for a
   * plaintext in two places: the first {@code headBytes} of {@code head}, then {@code length} bytes
   * of {@code input}. Neither may be the output.
   */
  public int seal(
      byte[] iv,
      int ivOffset,
      byte[] aad,
      byte[] head,
      int headBytes,
      byte[] input,
      int inputOffset,
      int length,
      byte[] output,
      int outputOffset) {
    try {
      init(Cipher.ENCRYPT_MODE, iv, ivOffset, aad);
      int sealed = headBytes == 0 ? 0 : cipher.update(head, 0, headBytes, output, outputOffset);
      return sealed + cipher.doFinal(input, inputOffset, length, output, outputOffset + sealed);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(
          "internal error: AES-GCM cannot encrypt: " + e.getMessage(), e);
    }
  }

  /**
   * Decrypts {@code length} bytes of ciphertext and tag and returns the number of plaintext bytes,
   * or -1 when they are not authentic; then {@code output} holds nothing of the plaintext.
   */
  public int open(
      byte[] iv,
      int ivOffset,
      byte[] aad,
      byte[] input,
      int inputOffset,
      int length,
      byte[] output,
      int outputOffset) {
    if (length < TAG_BYTES) {
      return -1;
    }
    try {
      init(Cipher.DECRYPT_MODE, iv, ivOffset, aad);
      return cipher.doFinal(input, inputOffset, length, output, outputOffset);
    } catch (AEADBadTagException e) {
      return -1;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(
          "internal error: AES-GCM cannot decrypt: " + e.getMessage(), e);
    }
  }

  private void init(int mode, byte[] iv, int ivOffset, byte[] aad)
      throws InvalidKeyException, InvalidAlgorithmParameterException {
    cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, iv, ivOffset, IV_BYTES));
    cipher.updateAAD(aad);
  }
}
