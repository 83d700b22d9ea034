package io.claviger.kms;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Asks to open a ciphertext of {@code encrypt} or a wrapped data key.
 *
 * @param keyId the master key; null takes the one that the blob names, or the default key
 * @param ciphertextBlob the ciphertext; not changed
 * @param encryptionContext exactly the context given when it was made
 */
public record DecryptRequest(
    @Nullable String keyId, byte[] ciphertextBlob, EncryptionContext encryptionContext) {
  /**
   * Returns the master key.
   *
   * @throws BackendException of kind INVALID_REQUEST if none is given
   */
  public String requireKeyId() {
    if (keyId == null) {
      throw KmsException.of(
          ErrorKind.INVALID_REQUEST,
          "no key id: neither the request, nor the blob, nor a default key names one; pass keyId or"
              + " set defaultKeyId");
    }
    return keyId;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof DecryptRequest that
        && Objects.equals(keyId, that.keyId)
        && Arrays.equals(ciphertextBlob, that.ciphertextBlob)
        && encryptionContext.equals(that.encryptionContext);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(ciphertextBlob);
  }

  @Override
  public String toString() {
    return "DecryptRequest[%s, %d bytes, %s]"
        .formatted(keyId, ciphertextBlob.length, encryptionContext);
  }
}
