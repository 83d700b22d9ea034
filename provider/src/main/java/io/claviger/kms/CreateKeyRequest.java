package io.claviger.kms;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Asks for a new key.
 *
 * @param keyName its id, or null for a generated one
 * @param keyUsage what it may be used for
 * @param description free text, empty when none
 * @param tags free names and values
 * @param createdBy who asks, empty when not known
 */
public record CreateKeyRequest(
    @Nullable String keyName,
    KeyUsage keyUsage,
    String description,
    Map<String, String> tags,
    String createdBy) {
  public CreateKeyRequest {
    tags = Map.copyOf(tags);
  }

  /** Asks for an ENCRYPT_DECRYPT key of this id. */
  public static CreateKeyRequest named(String keyName) {
    return new CreateKeyRequest(keyName, KeyUsage.ENCRYPT_DECRYPT, "", Map.of(), "");
  }

  /** Asks for an ENCRYPT_DECRYPT key with a generated id. */
  public static CreateKeyRequest generated() {
    return new CreateKeyRequest(null, KeyUsage.ENCRYPT_DECRYPT, "", Map.of(), "");
  }

  public CreateKeyRequest withUsage(KeyUsage usage) {
    return new CreateKeyRequest(keyName, usage, description, tags, createdBy);
  }

  public CreateKeyRequest withDescription(String text) {
    return new CreateKeyRequest(keyName, keyUsage, text, tags, createdBy);
  }

  public CreateKeyRequest withTags(Map<String, String> newTags) {
    return new CreateKeyRequest(keyName, keyUsage, description, newTags, createdBy);
  }

  public CreateKeyRequest withCreatedBy(String who) {
    return new CreateKeyRequest(keyName, keyUsage, description, tags, who);
  }
}
