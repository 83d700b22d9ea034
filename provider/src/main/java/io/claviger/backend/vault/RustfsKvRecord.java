package io.claviger.backend.vault;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Layout of RustFS's key records in KV: a top record with the current version's raw material, and
 * version records of older ones. Fields that are not known here survive a rewrite; two of our
 * fields are such to RustFS: {@code state_before_deletion} and {@code created_by}.
 */
final class RustfsKvRecord {
  static final String MATERIAL = "encrypted_key_material";
  static final String VERSION = "version";
  static final String BASELINE = "baseline_version";

  private static final int MOST_VERSIONS = 10_000;
  private static final String ALGORITHM = "AES_256";
  private static final String STATUS = "status";
  private static final String USAGE = "usage";
  private static final String DESCRIPTION = "description";
  private static final String TAGS = "tags";
  private static final String METADATA = "metadata";
  private static final String CREATED = "created_at";
  private static final String ROTATED = "rotated_at";
  private static final String DUE = "deletion_date";
  private static final String BEFORE = "state_before_deletion";
  private static final String CREATED_BY = "created_by";
  private static final String POLICY = "policy";
  private static final Map<String, KeyState> STATES =
      Map.of(
          "Active", KeyState.ENABLED,
          "Disabled", KeyState.DISABLED,
          "PendingDeletion", KeyState.PENDING_DELETION,
          "Deleted", KeyState.DELETED);

  private RustfsKvRecord() {}

  /** Returns a new top record. */
  static ObjectNode fresh(KeyRecord key) {
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("algorithm", ALGORITHM)
            .put(VERSION, key.current().id().number())
            .put(MATERIAL, key.current().material())
            .put("wrap_budget_reserved", 0);
    json.putObject(METADATA);
    return changed(json, key);
  }

  /** Returns a copy of a top record with the metadata of {@code key}. */
  static ObjectNode changed(ObjectNode before, KeyRecord key) {
    KeyMetadata m = key.metadata();
    ObjectNode json = before.deepCopy();
    json.put(USAGE, m.usage().wireName())
        .put(STATUS, status(m.state()))
        .put(DESCRIPTION, m.description())
        .put(CREATED, RustfsDates.write(m.createdAt()))
        .put(ROTATED, text(m.rotatedAt()))
        .put(DUE, text(m.deletionDate()));
    ObjectNode tags = json.putObject(TAGS);
    new TreeMap<>(m.tags()).forEach(tags::put);
    if (m.state() == KeyState.PENDING_DELETION) {
      json.put(BEFORE, status(key.stateBeforeDeletion()));
    } else {
      json.remove(BEFORE);
    }
    if (!m.createdBy().isEmpty()) {
      json.put(CREATED_BY, m.createdBy());
    }
    if (!m.policy().isEmpty()) {
      json.put(POLICY, m.policy());
    }
    return json;
  }

  /** Returns a version record. */
  static ObjectNode version(KeyVersion version) {
    return JsonNodeFactory.instance
        .objectNode()
        .put(VERSION, version.id().number())
        .put(MATERIAL, version.material())
        .put(CREATED, RustfsDates.write(version.createdAt()));
  }

  /** Returns the state of a top record. */
  static KeyState state(String keyId, ObjectNode top) {
    return or(STATES.get(top.path(STATUS).asText()), keyId, "an unknown status");
  }

  /** Returns the numbers of the versions that have records of their own, oldest first. */
  static List<Integer> older(String keyId, ObjectNode top) {
    int current = top.path(VERSION).asInt(1);
    int first = top.path(BASELINE).asInt(current);
    if (first < 1 || current < first || current - first > MOST_VERSIONS) {
      throw VaultClient.corrupt(
          keyId, "of RustFS names versions %d to %d".formatted(first, current), null);
    }
    return IntStream.range(first, current).boxed().toList();
  }

  /** Returns the version that a record holds; CORRUPT_RECORD if it holds none. */
  static KeyVersion versionIn(String keyId, JsonNode record, int number) {
    try {
      byte[] material = record.path(MATERIAL).binaryValue();
      if (material != null
          && material.length == KeyVersion.SECRET_BYTES
          && record.path(VERSION).asInt(1) == number) {
        return KeyVersion.compatible(
            number, material, RustfsDates.read(record.path(CREATED).asText()));
      }
    } catch (IOException | DateTimeException e) {
      throw VaultClient.corrupt(keyId, "of RustFS, version %d, is damaged".formatted(number), e);
    }
    throw VaultClient.corrupt(
        keyId, "of RustFS, version %d, holds no 32 bytes of it".formatted(number), null);
  }

  /** Returns the key of a top record and its older versions. */
  static KeyRecord read(String keyId, ObjectNode top, List<KeyVersion> versions) {
    if (!top.path("algorithm").asText().equals(ALGORITHM)) {
      throw VaultClient.corrupt(keyId, "of RustFS has an unknown algorithm", null);
    }
    try {
      KeyUsage usage = or(usage(top.path(USAGE).asText()), keyId, "an unknown usage");
      KeyMetadata metadata =
          new KeyMetadata(
              keyId,
              state(keyId, top),
              usage,
              top.path(DESCRIPTION).asText(""),
              tags(top.path(TAGS)),
              RustfsDates.read(top.path(CREATED).asText()),
              date(top.path(ROTATED)),
              date(top.path(DUE)),
              top.path(VERSION).asInt(1),
              KeyMetadata.ORIGIN_RUSTFS,
              top.path(CREATED_BY).asText(""),
              top.path(POLICY).asText(""),
              KeyUsage.USUAL_BITS);
      KeyState before = STATES.getOrDefault(top.path(BEFORE).asText(), KeyState.ENABLED);
      return new KeyRecord(metadata, before, versions);
    } catch (DateTimeException e) {
      throw VaultClient.corrupt(keyId, "of RustFS holds a date that is none", e);
    }
  }

  private static @Nullable KeyUsage usage(String name) {
    for (KeyUsage usage : KeyUsage.values()) {
      if (usage.wireName().equals(name)) {
        return usage;
      }
    }
    return null;
  }

  private static String status(KeyState state) {
    return state == KeyState.ENABLED ? "Active" : state.wireName();
  }

  private static <T> T or(@Nullable T found, String keyId, String otherwise) {
    if (found == null) {
      throw VaultClient.corrupt(keyId, "of RustFS has " + otherwise, null);
    }
    return found;
  }

  private static Map<String, String> tags(JsonNode object) {
    Map<String, String> tags = new HashMap<>();
    object.fields().forEachRemaining(f -> tags.put(f.getKey(), f.getValue().asText()));
    return tags;
  }

  private static @Nullable String text(@Nullable Instant date) {
    return date == null ? null : RustfsDates.write(date);
  }

  private static @Nullable Instant date(JsonNode value) {
    return value.isMissingNode() || value.isNull() ? null : RustfsDates.read(value.asText());
  }
}
