package io.claviger.backend.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.claviger.backend.keyring.KeyRecord;
import io.claviger.backend.keyring.KeyVersion;
import io.claviger.format.CanonicalContext;
import io.claviger.format.FormatException;
import io.claviger.format.KeyWrap;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KeyMetadata;
import io.claviger.kms.KeyState;
import io.claviger.kms.KeyUsage;
import io.claviger.kms.KmsException;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Layout of a record file: one wrap (format 2.4) under the folder's root key of a JSON object with
 * everything about the key, bound to the key's id. So nobody with write access can read, edit or
 * swap records unnoticed.
 */
final class RecordFile {
  private static final JsonMapper JSON = new JsonMapper();
  private static final KeyWrap WRAP = KeyWrap.labelled("io.claviger/record/local/v1");

  private final byte[] rootKey;

  RecordFile(byte[] rootKey) {
    this.rootKey = rootKey;
  }

  void wipe() {
    Arrays.fill(rootKey, (byte) 0);
  }

  byte[] encode(KeyRecord key) {
    KeyMetadata m = key.metadata();
    ObjectNode json =
        JSON.createObjectNode()
            .put("state", m.state().name())
            .put("state_before_deletion", key.stateBeforeDeletion().name())
            .put("usage", m.usage().name())
            .put("description", m.description())
            .put("created_at", m.createdAt().toString())
            .put("rotated_at", text(m.rotatedAt()))
            .put("deletion_date", text(m.deletionDate()))
            .put("origin", m.origin())
            .put("created_by", m.createdBy());
    ObjectNode tags = json.putObject("tags");
    m.tags().forEach(tags::put);
    ArrayNode versions = json.putArray("versions");
    for (KeyVersion v : key.versions()) {
      versions
          .addObject()
          .put("number", v.id().number())
          .put("id", v.id().id())
          .put("material", v.material())
          .put("wrap", v.wrap())
          .put("created_at", v.createdAt().toString());
    }
    try {
      byte[] plain = JSON.writeValueAsBytes(json);
      try {
        return WRAP.wrap(rootKey, plain, boundTo(m.keyId()));
      } finally {
        Arrays.fill(plain, (byte) 0);
      }
    } catch (IOException e) {
      throw KmsException.of(ErrorKind.INTERNAL, "internal error: a record has no JSON form", e);
    }
  }

  /** Opens a record; CORRUPT_RECORD if it is not exactly what was written for this id. */
  KeyRecord decode(String keyId, byte[] content) {
    byte[] plain;
    try {
      plain = WRAP.unwrap(rootKey, content, boundTo(keyId));
    } catch (FormatException e) {
      throw KmsException.of(
          ErrorKind.CORRUPT_RECORD,
          "the record of key \"%s\" was changed, cut or belongs to another key or folder. It is left as it is; restore its file from a backup"
              .formatted(keyId),
          e);
    }
    try {
      return read(keyId, JSON.readTree(plain));
    } catch (IOException | RuntimeException e) {
      throw KmsException.of(
          ErrorKind.CORRUPT_RECORD,
          "the record of key \"%s\" is authentic but not of a form that this version reads. Use the version that wrote it"
              .formatted(keyId),
          e);
    } finally {
      Arrays.fill(plain, (byte) 0);
    }
  }

  private static KeyRecord read(String keyId, JsonNode json) throws IOException {
    List<KeyVersion> versions = new ArrayList<>();
    for (JsonNode v : json.required("versions")) {
      versions.add(
          new KeyVersion(
              new KeyWrap.Version(v.required("number").intValue(), v.required("id").longValue()),
              v.required("material").binaryValue(),
              v.required("wrap").binaryValue(),
              Instant.parse(v.required("created_at").asText())));
    }
    Map<String, String> tags = new HashMap<>();
    json.required("tags")
        .fields()
        .forEachRemaining(e -> tags.put(e.getKey(), e.getValue().asText()));
    KeyMetadata metadata =
        new KeyMetadata(
            keyId,
            KeyState.valueOf(json.required("state").asText()),
            KeyUsage.valueOf(json.required("usage").asText()),
            json.required("description").asText(),
            tags,
            Instant.parse(json.required("created_at").asText()),
            instant(json.required("rotated_at")),
            instant(json.required("deletion_date")),
            versions.get(versions.size() - 1).id().number(),
            json.required("origin").asText(),
            json.required("created_by").asText());
    KeyState before = KeyState.valueOf(json.required("state_before_deletion").asText());
    return new KeyRecord(metadata, before, versions);
  }

  private static byte[] boundTo(String keyId) {
    return CanonicalContext.encode(Map.of("use", "local-record", "id", keyId));
  }

  private static @Nullable String text(@Nullable Instant instant) {
    return instant == null ? null : instant.toString();
  }

  private static @Nullable Instant instant(JsonNode value) {
    return value.isNull() ? null : Instant.parse(value.asText());
  }
}
