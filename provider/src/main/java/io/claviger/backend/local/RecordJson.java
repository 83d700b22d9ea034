package io.claviger.backend.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.claviger.backend.keyring.KeyRecord;
import io.claviger.backend.keyring.KeyVersion;
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
 * The JSON of a key: state, dates, tags, description and all versions with their secrets. Never
 * written but sealed.
 */
final class RecordJson {
  private static final JsonMapper JSON = new JsonMapper();

  private RecordJson() {}

  /** Returns the bytes, which belong to the caller, who wipes them. */
  static byte[] write(KeyRecord key) {
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
    if (!m.policy().isEmpty()) {
      json.put("policy", m.policy());
    }
    ObjectNode tags = json.putObject("tags");
    m.tags().forEach(tags::put);
    ArrayNode versions = json.putArray("versions");
    for (KeyVersion v : key.versions()) {
      versions
          .addObject()
          .put("number", v.id().number())
          .put("id", v.id().hexId())
          .put("material", v.material())
          .put("wrap", v.wrap())
          .put("created_at", v.createdAt().toString());
    }
    try {
      return JSON.writeValueAsBytes(json);
    } catch (IOException e) {
      throw KmsException.of(ErrorKind.INTERNAL, "internal error: a record has no JSON form", e);
    }
  }

  static KeyRecord read(String keyId, byte[] bytes) throws IOException {
    JsonNode json = JSON.readTree(bytes);
    List<KeyVersion> versions = new ArrayList<>();
    for (JsonNode v : json.required("versions")) {
      versions.add(
          new KeyVersion(
              KeyWrap.Version.of(v.required("number").intValue(), v.required("id").asText()),
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
            json.required("created_by").asText(),
            json.path("policy").asText(""),
            versions.get(versions.size() - 1).bits());
    KeyState before = KeyState.valueOf(json.required("state_before_deletion").asText());
    return new KeyRecord(metadata, before, versions);
  }

  /**
   * Refuses a record that could not be read again as it is: it would take the place of one that
   * can.
   */
  static void requireReadable(KeyRecord key) {
    byte[] json = write(key);
    try {
      KeyRecord found = read(key.metadata().keyId(), json);
      if (found.metadata().equals(key.metadata())
          && found.stateBeforeDeletion() == key.stateBeforeDeletion()
          && found.opensSameBlobsAs(key)) {
        return;
      }
      throw unreadable(key, null);
    } catch (IOException | IllegalArgumentException e) {
      throw unreadable(key, e);
    } finally {
      Arrays.fill(json, (byte) 0);
    }
  }

  private static KmsException unreadable(KeyRecord key, @Nullable Throwable cause) {
    return KmsException.of(
        ErrorKind.INVALID_REQUEST,
        "the record of key \"%s\" could not be read again after this change, so nothing was changed: a tag, the description or another text has a form or a length that a record cannot hold. Use shorter texts without halves of surrogate pairs"
            .formatted(key.metadata().keyId()),
        cause);
  }

  private static @Nullable String text(@Nullable Instant instant) {
    return instant == null ? null : instant.toString();
  }

  private static @Nullable Instant instant(JsonNode value) {
    return value.isNull() ? null : Instant.parse(value.asText());
  }
}
