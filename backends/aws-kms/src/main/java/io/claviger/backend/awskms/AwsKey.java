package io.claviger.backend.awskms;

import io.claviger.kms.ErrorKind;
import io.claviger.kms.KeyState;
import io.claviger.kms.KeyUsage;
import io.claviger.kms.KmsException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.kms.model.KeyManagerType;
import software.amazon.awssdk.services.kms.model.KeyMetadata;
import software.amazon.awssdk.services.kms.model.KeySpec;

/** What AWS KMS says of a key, in our words. */
final class AwsKey {
  /** The origin of keys whose material AWS KMS made. */
  static final String ORIGIN = "AWS_KMS";

  /** What a stamp may hold, see {@code DataKey.stamp()}. */
  private static final Pattern STAMPS = Pattern.compile("[A-Za-z0-9._~-]{1,64}");

  /** THE table of the key specs that are used here. */
  private enum Spec {
    SYMMETRIC(KeySpec.SYMMETRIC_DEFAULT, KeyUsage.ENCRYPT_DECRYPT, 256),
    HMAC_256(KeySpec.HMAC_256, KeyUsage.SIGN_VERIFY, 256),
    HMAC_384(KeySpec.HMAC_384, KeyUsage.SIGN_VERIFY, 384),
    HMAC_512(KeySpec.HMAC_512, KeyUsage.SIGN_VERIFY, 512);

    private final KeySpec aws;
    private final KeyUsage usage;
    private final int bits;

    Spec(KeySpec aws, KeyUsage usage, int bits) {
      this.aws = aws;
      this.usage = usage;
      this.bits = bits;
    }
  }

  private AwsKey() {}

  /**
   * Returns the key spec for a new key.
   *
   * @throws KmsException UNSUPPORTED_CAPABILITY for a length that AWS KMS does not have
   */
  static KeySpec spec(@Nullable String name, KeyUsage usage, int bits) {
    return Arrays.stream(Spec.values())
        .filter(s -> s.usage == usage && s.bits == bits)
        .map(s -> s.aws)
        .findFirst()
        .orElseThrow(
            () ->
                KmsException.of(
                    ErrorKind.UNSUPPORTED_CAPABILITY,
                    "key \"%s\": AWS KMS has no key of %d bits for %s; it has 256 bits to encrypt, and 256, 384 and 512 bits for MACs. Choose one of them"
                        .formatted(name, bits, usage.wireName())));
  }

  /** Whether it is a key that a customer made and that is used here. */
  static boolean isUsable(KeyMetadata key) {
    return key.keyManager() == KeyManagerType.CUSTOMER && find(key).isPresent();
  }

  private static Optional<Spec> find(KeyMetadata key) {
    return Arrays.stream(Spec.values()).filter(s -> s.aws == key.keySpec()).findFirst();
  }

  /**
   * Returns the metadata.
   *
   * @throws KmsException INVALID_KEY_STATE for a key of a spec that is not used here
   */
  static io.claviger.kms.KeyMetadata metadata(
      KeyMetadata key, Map<String, String> tags, String subject) {
    Spec spec =
        find(key)
            .orElseThrow(
                () ->
                    KmsException.of(
                        ErrorKind.INVALID_KEY_STATE,
                        "%s has the key spec %s; SYMMETRIC_DEFAULT encrypts here, and HMAC_256, HMAC_384, HMAC_512 make MACs. Use another key"
                            .formatted(subject, key.keySpecAsString())));
    String origin = key.originAsString();
    return new io.claviger.kms.KeyMetadata(
        key.arn(),
        state(key),
        spec.usage,
        Objects.requireNonNullElse(key.description(), ""),
        tags,
        Objects.requireNonNullElse(key.creationDate(), Instant.EPOCH),
        null,
        key.deletionDate(),
        1,
        origin == null || origin.equals(ORIGIN) ? ORIGIN : ORIGIN + "/" + origin,
        "",
        "",
        spec.bits,
        stamp(key.currentKeyMaterialId()));
  }

  /** Returns the id of key material where it can be a stamp, else null. */
  static @Nullable String stamp(@Nullable String keyMaterialId) {
    return keyMaterialId != null && STAMPS.matcher(keyMaterialId).matches() ? keyMaterialId : null;
  }

  /** States in which KMS uses no key are DISABLED here: nothing is encrypted, nothing decrypted. */
  private static KeyState state(KeyMetadata key) {
    return switch (key.keyState()) {
      case ENABLED, UPDATING -> KeyState.ENABLED;
      case PENDING_DELETION, PENDING_REPLICA_DELETION -> KeyState.PENDING_DELETION;
      default -> KeyState.DISABLED;
    };
  }
}
