package io.claviger.kms;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a key, without its material.
 *
 * @param keyId id, unique in its backend
 * @param state where it stands in its life
 * @param usage what it may be used for
 * @param description free text, empty when none
 * @param tags free names and values
 * @param createdAt when it was created
 * @param rotatedAt when its current version was made, if it was ever rotated
 * @param deletionDate when it is destroyed, in state PENDING_DELETION only
 * @param currentVersion the version that encrypts, from 1
 * @param origin where the material came from: {@code CLAVIGER}, {@code IMPORTED}, {@code RUSTFS},
 *     {@code VAULT} or what a custom backend says
 * @param createdBy who created it, empty when not known
 * @param policy the policy text that it was created with, empty when none; kept and returned, never
 *     enforced
 * @param keyBits length of its raw material in bits
 * @param stamp what the backend calls the version that encrypts in {@link DataKey#stamp()}; null
 *     where blobs name their version, or it is not known
 */
public record KeyMetadata(
    String keyId,
    KeyState state,
    KeyUsage usage,
    String description,
    Map<String, String> tags,
    Instant createdAt,
    @Nullable Instant rotatedAt,
    @Nullable Instant deletionDate,
    int currentVersion,
    String origin,
    String createdBy,
    String policy,
    int keyBits,
    @Nullable String stamp) {
  /** The origin of keys whose material this library made. */
  public static final String ORIGIN_CLAVIGER = "CLAVIGER";

  /** The origin of keys that RustFS made. */
  public static final String ORIGIN_RUSTFS = "RUSTFS";

  /** The origin of keys that were handed over in a configuration. */
  public static final String ORIGIN_EXTERNAL = "EXTERNAL";

  public KeyMetadata {
    tags = Map.copyOf(tags);
  }

  /** Makes metadata of a key whose blobs name their version. */
  public KeyMetadata(
      String keyId,
      KeyState state,
      KeyUsage usage,
      String description,
      Map<String, String> tags,
      Instant createdAt,
      @Nullable Instant rotatedAt,
      @Nullable Instant deletionDate,
      int currentVersion,
      String origin,
      String createdBy,
      String policy,
      int keyBits) {
    this(
        keyId,
        state,
        usage,
        description,
        tags,
        createdAt,
        rotatedAt,
        deletionDate,
        currentVersion,
        origin,
        createdBy,
        policy,
        keyBits,
        null);
  }

  /** Makes metadata of a key of 256 bits, without a policy. */
  public KeyMetadata(
      String keyId,
      KeyState state,
      KeyUsage usage,
      String description,
      Map<String, String> tags,
      Instant createdAt,
      @Nullable Instant rotatedAt,
      @Nullable Instant deletionDate,
      int currentVersion,
      String origin,
      String createdBy) {
    this(
        keyId,
        state,
        usage,
        description,
        tags,
        createdAt,
        rotatedAt,
        deletionDate,
        currentVersion,
        origin,
        createdBy,
        "",
        KeyUsage.USUAL_BITS);
  }

  /** Returns this with a policy text. */
  public KeyMetadata withPolicy(String text) {
    return new KeyMetadata(
        keyId,
        state,
        usage,
        description,
        tags,
        createdAt,
        rotatedAt,
        deletionDate,
        currentVersion,
        origin,
        createdBy,
        text,
        keyBits,
        stamp);
  }

  /** Returns this with a length in bits. */
  public KeyMetadata withBits(int bits) {
    return new KeyMetadata(
        keyId,
        state,
        usage,
        description,
        tags,
        createdAt,
        rotatedAt,
        deletionDate,
        currentVersion,
        origin,
        createdBy,
        policy,
        bits,
        stamp);
  }
}
