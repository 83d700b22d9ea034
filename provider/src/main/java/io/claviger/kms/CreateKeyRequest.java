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
 * @param origin what {@code KeyMetadata.origin()} is to say, null for the backend's own word; no
 *     name that a backend gives by itself
 * @param policy free text that is kept with the key and returned, empty when none; never enforced:
 *     who may use a key is decided by the folder's rights or by Vault's policies
 * @param keyBits length of its raw material in bits, as {@link KeyUsage#requireBits} allows; the
 *     secret that wraps data keys has 256 bits in any case
 */
public record CreateKeyRequest(
    @Nullable String keyName,
    KeyUsage keyUsage,
    String description,
    Map<String, String> tags,
    String createdBy,
    @Nullable String origin,
    String policy,
    int keyBits) {
  public CreateKeyRequest {
    tags = Map.copyOf(tags);
  }

  /** Asks for a key of 256 bits. */
  public CreateKeyRequest(
      @Nullable String keyName,
      KeyUsage keyUsage,
      String description,
      Map<String, String> tags,
      String createdBy,
      @Nullable String origin,
      String policy) {
    this(keyName, keyUsage, description, tags, createdBy, origin, policy, KeyUsage.USUAL_BITS);
  }

  /** Asks for a key of the backend's origin, without a policy. */
  public CreateKeyRequest(
      @Nullable String keyName,
      KeyUsage keyUsage,
      String description,
      Map<String, String> tags,
      String createdBy) {
    this(keyName, keyUsage, description, tags, createdBy, null, "");
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
    return new CreateKeyRequest(
        keyName, usage, description, tags, createdBy, origin, policy, keyBits);
  }

  public CreateKeyRequest withDescription(String text) {
    return new CreateKeyRequest(keyName, keyUsage, text, tags, createdBy, origin, policy, keyBits);
  }

  public CreateKeyRequest withTags(Map<String, String> newTags) {
    return new CreateKeyRequest(
        keyName, keyUsage, description, newTags, createdBy, origin, policy, keyBits);
  }

  public CreateKeyRequest withCreatedBy(String who) {
    return new CreateKeyRequest(keyName, keyUsage, description, tags, who, origin, policy, keyBits);
  }

  /** Asks for this origin instead of the backend's own word. */
  public CreateKeyRequest withOrigin(String word) {
    return new CreateKeyRequest(
        keyName, keyUsage, description, tags, createdBy, word, policy, keyBits);
  }

  /** Asks for this text to be kept with the key. */
  public CreateKeyRequest withPolicy(String text) {
    return new CreateKeyRequest(
        keyName, keyUsage, description, tags, createdBy, origin, text, keyBits);
  }

  /** Asks for raw material of this length in bits. */
  public CreateKeyRequest withBits(int bits) {
    return new CreateKeyRequest(
        keyName, keyUsage, description, tags, createdBy, origin, policy, bits);
  }
}
