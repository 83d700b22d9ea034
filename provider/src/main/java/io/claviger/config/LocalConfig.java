package io.claviger.config;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.claviger.kms.SecretBytes;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Configuration of the local key folder.
 *
 * @param keyDir the folder, absolute
 * @param masterKey the passphrase, UTF-8; null only with {@code allowInsecureDevDefaults}
 */
public record LocalConfig(Path keyDir, @Nullable SecretBytes masterKey) implements BackendConfig {
  /** Name of this backend type. */
  public static final String TYPE = "Local";

  static final String KEY_DIR = "key_dir";
  static final String MASTER_KEY = "master_key";

  public LocalConfig {
    Objects.requireNonNull(keyDir, "keyDir");
  }

  /** Returns the configuration of {@code keyDir} under {@code passphrase}. */
  public static LocalConfig of(Path keyDir, String passphrase) {
    return new LocalConfig(
        keyDir, SecretBytes.takeOwnership(passphrase.getBytes(StandardCharsets.UTF_8)));
  }

  @Override
  public String typeName() {
    return TYPE;
  }

  @Override
  public ObjectNode toJson() {
    return json(masterKey == null ? null : REDACTED);
  }

  @Override
  public ObjectNode toJsonWithSecrets() {
    return json(
        masterKey == null
            ? null
            : masterKey.<String>use(bytes -> new String(bytes, StandardCharsets.UTF_8)));
  }

  private ObjectNode json(@Nullable String secret) {
    ObjectNode fields = JsonNodeFactory.instance.objectNode().put(KEY_DIR, keyDir.toString());
    if (secret != null) {
      fields.put(MASTER_KEY, secret);
    }
    return fields;
  }

  @Override
  public void validate(boolean allowInsecureDevDefaults) {
    if (!keyDir.isAbsolute()) {
      throw ConfigErrors.invalid(
          KEY_DIR, "is \"%s\", a relative path. Use an absolute one.".formatted(keyDir));
    }
    if (allowInsecureDevDefaults) {
      return;
    }
    if (masterKey == null || masterKey.length() == 0) {
      throw ConfigErrors.invalid(
          MASTER_KEY,
          "is missing. Set a passphrase, or allow_insecure_dev_defaults=true for a test.");
    }
    Path temporary = Path.of(System.getProperty("java.io.tmpdir")).toAbsolutePath().normalize();
    if (keyDir.normalize().startsWith(temporary)) {
      throw ConfigErrors.invalid(
          KEY_DIR,
          "is \"%s\", inside the temporary folder, where keys get lost. Use another folder, or allow_insecure_dev_defaults=true for a test."
              .formatted(keyDir));
    }
  }
}
