package io.claviger.kms;

/**
 * Asks for a fresh data key.
 *
 * @param keyId the master key that wraps it
 * @param keySpec its kind
 * @param encryptionContext bound to the wrapped key
 * @param withPlaintext false leaves the plaintext out of the answer
 */
public record GenerateDataKeyRequest(
    String keyId, KeySpec keySpec, EncryptionContext encryptionContext, boolean withPlaintext) {

  /** Asks for an AES-256 data key with plaintext. */
  public static GenerateDataKeyRequest of(String keyId, EncryptionContext context) {
    return new GenerateDataKeyRequest(keyId, KeySpec.AES_256, context, true);
  }
}
