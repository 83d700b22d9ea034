package io.claviger.kms;

/**
 * Asks to encrypt at most 4,096 bytes under a master key.
 *
 * @param keyId the master key
 * @param plaintext stays owned by the caller, who closes it
 * @param encryptionContext bound to the ciphertext
 */
public record EncryptRequest(
    String keyId, SecretBytes plaintext, EncryptionContext encryptionContext) {
  /** Most plaintext bytes that one call takes. */
  public static final int MAX_PLAINTEXT_BYTES = 4096;
}
