package io.claviger.config;

import io.claviger.kms.BackendFields;
import io.claviger.kms.SecretBytes;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Configuration of one fixed key, handed over by the starter of this process. Refused in the admin
 * request. Immutable; {@code toString} shows no secret.
 *
 * @param keyId the only key's id
 * @param secretKey its 32 bytes
 */
public record StaticConfig(String keyId, SecretBytes secretKey) implements BackendConfig {
  /** Name of this backend type. */
  public static final String TYPE = "Static";

  /** Length of the key. */
  public static final int KEY_BYTES = 32;

  static final String KEY_ID = "key_id";
  static final String SECRET_KEY = "secret_key";
  static final String SECRET_KEY_FILE = "secret_key_file";

  public StaticConfig {
    Objects.requireNonNull(keyId, KEY_ID);
    Objects.requireNonNull(secretKey, SECRET_KEY);
  }

  /** Reads what {@link #toMapWithSecrets} returned. */
  public static StaticConfig from(BackendFields fields) {
    return read(fields);
  }

  /** Reads the two fields, or {@code id:base64} in the latter alone. */
  static StaticConfig read(BackendFields fields) {
    SecretBytes encoded = fields.secret(SECRET_KEY, SECRET_KEY_FILE);
    if (encoded == null) {
      throw ConfigErrors.invalid(
          SECRET_KEY, "is missing. Set the base64 form of %d random bytes.".formatted(KEY_BYTES));
    }
    try (encoded) {
      String text =
          String.valueOf(encoded.<String>use(b -> new String(b, StandardCharsets.US_ASCII)));
      int colon = text.lastIndexOf(':');
      String id = colon < 0 ? fields.requireText(KEY_ID) : text.substring(0, colon);
      if (colon >= 0 && fields.has(KEY_ID) && !id.equals(fields.text(KEY_ID))) {
        throw ConfigErrors.invalid(
            KEY_ID, "differs from the id in front of the colon of secret_key. Remove one of them.");
      }
      return new StaticConfig(
          id,
          SecretBytes.takeOwnership(Base64.getDecoder().decode(text.substring(colon + 1).strip())));
    } catch (IllegalArgumentException e) {
      // the decoder's message would show a character of the secret
      throw ConfigErrors.invalid(
          SECRET_KEY, "is not base64. Set the base64 form of %d bytes.".formatted(KEY_BYTES));
    }
  }

  @Override
  public String typeName() {
    return TYPE;
  }

  @Override
  public Map<String, Object> toMap() {
    return fields(REDACTED);
  }

  @Override
  public Map<String, Object> toMapWithSecrets() {
    return fields(String.valueOf(secretKey.<String>use(Base64.getEncoder()::encodeToString)));
  }

  private Map<String, Object> fields(String key) {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put(KEY_ID, keyId);
    all.put(SECRET_KEY, key);
    return all;
  }

  @Override
  public void validate(boolean allowInsecureDevDefaults) {
    ConfigErrors.requireText(KEY_ID, keyId);
    if (secretKey.length() != KEY_BYTES) {
      throw ConfigErrors.invalid(
          SECRET_KEY,
          "is %d bytes long. Use %d random bytes.".formatted(secretKey.length(), KEY_BYTES));
    }
  }
}
