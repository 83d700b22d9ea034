package io.claviger.backend.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.claviger.backend.keyring.KeyRecord;
import io.claviger.backend.keyring.KeyVersion;
import io.claviger.backend.keyring.RustfsDates;
import io.claviger.kms.KeyMetadata;
import io.claviger.kms.KeyState;
import io.claviger.kms.KeyUsage;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Layout of a key file of RustFS, version 1: JSON. Unknown fields are ignored, as RustFS does. */
final class RustfsRecord {
  private static final JsonMapper JSON = new JsonMapper();
  private static final int FORMAT = 1;
  private static final String ALGORITHM = "AES_256";
  private static final Map<String, KeyState> STATES =
      Map.of(
          "Active", KeyState.ENABLED,
          "Disabled", KeyState.DISABLED,
          "PendingDeletion", KeyState.PENDING_DELETION);
  private static final Map<String, KeyUsage> USAGES =
      Map.of(
          "EncryptDecrypt", KeyUsage.ENCRYPT_DECRYPT,
          "SignVerify", KeyUsage.SIGN_VERIFY);

  private RustfsRecord() {}

  /** Reads a record; CORRUPT_RECORD with what is wrong with it. */
  static KeyRecord read(String keyId, byte[] content, RustfsMaterial material) {
    try {
      return read(keyId, JSON.readTree(content), material);
    } catch (IOException e) {
      throw RecordFile.corrupt(keyId, "of RustFS is no JSON or was cut", null);
    } catch (IllegalArgumentException | DateTimeException e) {
      throw RecordFile.corrupt(keyId, "of RustFS is refused: " + e.getMessage(), e);
    }
  }

  private static KeyRecord read(String keyId, JsonNode json, RustfsMaterial material)
      throws IOException {
    int format = json.path("format_version").asInt(FORMAT);
    require(format == FORMAT, "format_version %d, expected %d".formatted(format, FORMAT));
    String named = json.path("key_id").asText();
    require(named.equals(keyId), "it says key_id \"%s\"".formatted(named));
    String algorithm = json.path("algorithm").asText();
    require(algorithm.equals(ALGORITHM), "algorithm \"%s\"".formatted(algorithm));
    KeyState state = STATES.get(json.path("status").asText());
    require(state != null, "status \"%s\"".formatted(json.path("status").asText()));
    KeyUsage usage = USAGES.get(json.path("usage").asText());
    require(usage != null, "usage \"%s\"".formatted(json.path("usage").asText()));
    byte[] stored = json.path("encrypted_key_material").binaryValue();
    require(stored != null, "encrypted_key_material is missing");
    byte[] secret =
        material.open(
            json.path("at_rest_protection").asText("legacy-unspecified"),
            stored == null ? new byte[0] : stored,
            bytes(json.path("nonce")));
    require(secret != null, "its material does not open under this master key");
    Instant created = RustfsDates.read(json.path("created_at").asText());
    int version = version(json.path("version"));
    KeyMetadata metadata =
        new KeyMetadata(
            keyId,
            orEnabled(state),
            usage == null ? KeyUsage.ENCRYPT_DECRYPT : usage,
            json.path("description").asText(""),
            tags(json.path("metadata")),
            created,
            date(json.path("rotated_at")),
            date(json.path("deletion_date")),
            version,
            KeyMetadata.ORIGIN_RUSTFS,
            json.path("created_by").asText(""));
    KeyVersion only =
        KeyVersion.compatible(version, secret == null ? new byte[0] : secret, created);
    return new KeyRecord(metadata, KeyState.ENABLED, List.of(only));
  }

  private static int version(JsonNode value) {
    boolean good = value.isMissingNode() || value.isInt() && value.intValue() >= 1;
    require(good, "version %s, expected a number from 1".formatted(value));
    return value.asInt(1);
  }

  private static KeyState orEnabled(@Nullable KeyState state) {
    return state == null ? KeyState.ENABLED : state;
  }

  private static void require(boolean good, String otherwise) {
    if (!good) {
      throw new IllegalArgumentException(otherwise);
    }
  }

  private static @Nullable Instant date(JsonNode value) {
    return value.isMissingNode() || value.isNull() ? null : RustfsDates.read(value.asText());
  }

  private static Map<String, String> tags(JsonNode object) {
    Map<String, String> tags = new HashMap<>();
    object.fields().forEachRemaining(f -> tags.put(f.getKey(), f.getValue().asText()));
    return tags;
  }

  private static byte[] bytes(JsonNode array) {
    byte[] bytes = new byte[array.size()];
    for (int i = 0; i < bytes.length; i++) {
      int value = array.get(i).asInt(-1);
      require(value >= 0 && value <= 255, "its nonce holds a number outside 0 to 255");
      bytes[i] = (byte) value;
    }
    return bytes;
  }
}
