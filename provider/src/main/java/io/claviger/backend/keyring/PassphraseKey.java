package io.claviger.backend.keyring;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.claviger.engine.Entropy;
import io.claviger.kms.ConfigurationException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * How the key of a passphrase is derived: the kind of the function, its salt and its cost, which
 * stand in JSON beside what the key wraps. New ones are Argon2id unless {@value #PROPERTY} or
 * {@value #VARIABLE} says {@code pbkdf2}; what a file says is honoured, whatever the setting.
 */
public interface PassphraseKey {
  /** Length of the derived key. */
  int KEY_BYTES = 32;

  /** Length of a fresh salt, and the least. */
  int SALT_BYTES = 16;

  String PROPERTY = "claviger.passphrase_kdf";
  String VARIABLE = "CLAVIGER_PASSPHRASE_KDF";

  /** Returns the usual cost with a fresh salt. */
  static PassphraseKey fresh() {
    String property = System.getProperty(PROPERTY);
    return fresh(property != null ? property : System.getenv(VARIABLE));
  }

  static PassphraseKey fresh(@Nullable String setting) {
    byte[] salt = Entropy.bytes(SALT_BYTES);
    String kind = setting == null || setting.isEmpty() ? "argon2id" : setting;
    return switch (kind) {
      case "argon2id" -> Argon2Key.usual(salt);
      case "pbkdf2" -> Pbkdf2Key.usual(salt);
      default ->
          throw ConfigurationException.ofField(
              "passphrase_kdf",
              "is \"%s\", expected argon2id or pbkdf2. It is the system property %s, or the environment variable %s"
                  .formatted(kind, PROPERTY, VARIABLE),
              null);
    };
  }

  /** Returns what stands in {@code json}, or null if this version does not read it. */
  static @Nullable PassphraseKey read(JsonNode json) throws IOException {
    byte[] salt = json.path("salt").binaryValue();
    if (salt == null || salt.length < SALT_BYTES) {
      return null;
    }
    return switch (json.path("kdf").asText()) {
      case Argon2Key.KDF -> Argon2Key.read(json, salt);
      case Pbkdf2Key.KDF -> Pbkdf2Key.read(json, salt);
      default -> null;
    };
  }

  /** Adds kind, salt and cost to {@code json}. */
  void write(ObjectNode json);

  /**
   * Returns the 32 bytes, which belong to the caller. Slow by design: 50 ms and more.
   *
   * @throws ConfigurationException if this process lacks the function
   */
  byte[] derive(byte[] passphrase);
}
