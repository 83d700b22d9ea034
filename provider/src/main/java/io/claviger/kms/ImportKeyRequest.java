package io.claviger.kms;

import java.util.Map;

/**
 * Asks to create a key from raw bytes that the caller has. Search your code for this name to find
 * every place where raw key material enters.
 *
 * @param keyName its id
 * @param rawKey 32 bytes; stays owned by the caller, who closes it
 * @param keyUsage what it may be used for
 * @param description free text, empty when none
 * @param tags free names and values
 */
public record ImportKeyRequest(
    String keyName,
    SecretBytes rawKey,
    KeyUsage keyUsage,
    String description,
    Map<String, String> tags) {
  public ImportKeyRequest {
    tags = Map.copyOf(tags);
  }
}
