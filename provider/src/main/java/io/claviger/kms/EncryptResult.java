package io.claviger.kms;

import java.util.Arrays;

/**
 * A ciphertext under a master key.
 *
 * @param keyId the master key
 * @param keyVersion its version, from 1; 0 when the backend does not say
 * @param ciphertextBlob the ciphertext; the array belongs to the receiver
 */
public record EncryptResult(String keyId, int keyVersion, byte[] ciphertextBlob) {
  @Override
  public boolean equals(Object other) {
    return other instanceof EncryptResult that
        && keyId.equals(that.keyId)
        && keyVersion == that.keyVersion
        && Arrays.equals(ciphertextBlob, that.ciphertextBlob);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(ciphertextBlob);
  }

  @Override
  public String toString() {
    return "EncryptResult[%s v%d, %d bytes]".formatted(keyId, keyVersion, ciphertextBlob.length);
  }
}
