package io.claviger.jca;

import io.claviger.engine.Entropy;
import io.claviger.engine.RawCiphers;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.util.Arrays;
import java.util.Objects;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

/**
 * AES-GCM (NIST SP 800-38D) in one call: a fresh random IV of 12 bytes, the ciphertext, the tag of
 * 16 bytes, in this order. That is also how Tink's AES-GCM keys without a prefix write it.
 *
 * <pre>{@code
 * byte[] sealed = KmsGcm.under(provider.key("orders")).seal(column, rowId);
 * }</pre>
 *
 * <p>For a {@link KmsKey} whose backend lends material, a data key, or any other AES key. A message
 * names neither its key nor its version: after a rotation keep {@link KmsKey#version} beside it
 * (docs/jca.md). One version may seal 2^32 messages at most (section 8.3), since IVs are random;
 * {@link KmsEnvelope} has no such bound, names the version and works for every backend.
 *
 * <p>Threads: safe. Blocking: the key management service is asked for material once a second.
 */
public final class KmsGcm {
  /** What a message has more than its plaintext. */
  public static final int OVERHEAD_BYTES = 12 + 16;

  private static final String TRANSFORMATION = "AES/GCM/NoPadding";
  private static final int IV_BYTES = 12;
  private static final int TAG_BITS = 128;

  private final SecretKey key;

  private KmsGcm(SecretKey key) {
    this.key = key;
  }

  /** Returns this under {@code key}. */
  public static KmsGcm under(SecretKey key) {
    return new KmsGcm(Objects.requireNonNull(key, "key"));
  }

  /**
   * Returns the message of {@code plaintext}; neither array is kept or changed.
   *
   * @param aad associated data, which must be the same when it is opened; empty for none
   * @throws InvalidKeyException if the key cannot be used; the cause is a {@code KmsException}
   *     where the service refuses
   */
  public byte[] seal(byte[] plaintext, byte[] aad) throws InvalidKeyException {
    byte[] iv = Entropy.bytes(IV_BYTES);
    byte[] message = Arrays.copyOf(iv, OVERHEAD_BYTES + plaintext.length);
    try {
      Cipher cipher = begun(Cipher.ENCRYPT_MODE, iv, aad);
      cipher.doFinal(plaintext, 0, plaintext.length, message, IV_BYTES);
      return message;
    } catch (InvalidKeyException e) {
      throw e;
    } catch (GeneralSecurityException e) {
      throw new InvalidKeyException("AES-GCM refuses to seal: " + e.getMessage(), e);
    }
  }

  /**
   * Returns the plaintext of {@code message}; neither array is kept or changed.
   *
   * @throws AEADBadTagException for bytes that are not the bytes sealed, another key or version, or
   *     other associated data
   * @throws InvalidKeyException if the key cannot be used
   */
  public byte[] open(byte[] message, byte[] aad) throws InvalidKeyException, AEADBadTagException {
    if (message.length < OVERHEAD_BYTES) {
      throw new AEADBadTagException(
          "a message of %d bytes; sealed ones have %d or more"
              .formatted(message.length, OVERHEAD_BYTES));
    }
    try {
      Cipher cipher = begun(Cipher.DECRYPT_MODE, Arrays.copyOf(message, IV_BYTES), aad);
      return cipher.doFinal(message, IV_BYTES, message.length - IV_BYTES);
    } catch (InvalidKeyException | AEADBadTagException e) {
      throw e;
    } catch (GeneralSecurityException e) {
      throw new InvalidKeyException("AES-GCM refuses to open: " + e.getMessage(), e);
    }
  }

  private Cipher begun(int mode, byte[] iv, byte[] aad) throws GeneralSecurityException {
    Cipher cipher =
        key instanceof KmsKey kms
            ? Cipher.getInstance(TRANSFORMATION, kms.provider())
            : RawCiphers.cipher(TRANSFORMATION);
    cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, iv));
    cipher.updateAAD(aad);
    return cipher;
  }
}
