package io.claviger.kms;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Asks to create a key from raw bytes that the caller has. Search your code for this name to find
 * every place where raw key material enters.
 *
 * @param keyName its id
 * @param rawKey an AES key of 16, 24 or 32 bytes, or a MAC key of 16 to 1,024 bytes; stays owned by
 *     the caller, who closes it
 * @param keyUsage what it may be used for
 * @param description free text, empty when none
 * @param tags free names and values
 * @param wrappingSecret 32 bytes that blobs are wrapped under, independent of {@code rawKey}; stays
 *     owned by the caller. Null for fresh ones: then the key, imported again after a loss, does not
 *     open the blobs that it made before
 */
public record ImportKeyRequest(
    String keyName,
    SecretBytes rawKey,
    KeyUsage keyUsage,
    String description,
    Map<String, String> tags,
    @Nullable SecretBytes wrappingSecret) {
  public ImportKeyRequest {
    tags = Map.copyOf(tags);
  }

  /** Asks for a key with a fresh wrapping secret. */
  public ImportKeyRequest(
      String keyName,
      SecretBytes rawKey,
      KeyUsage keyUsage,
      String description,
      Map<String, String> tags) {
    this(keyName, rawKey, keyUsage, description, tags, null);
  }

  /**
   * Returns this for escrow: the same raw key and wrapping secret, imported again, make a key that
   * opens the same blobs.
   */
  public ImportKeyRequest withWrappingSecret(SecretBytes secret) {
    return new ImportKeyRequest(keyName, rawKey, keyUsage, description, tags, secret);
  }
}
