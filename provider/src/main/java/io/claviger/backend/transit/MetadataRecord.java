package io.claviger.backend.transit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.claviger.backend.keyring.RustfsDates;
import io.claviger.backend.vault.TransitEngine;
import io.claviger.backend.vault.TransitKeyType;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KeyMetadata;
import io.claviger.kms.KeyState;
import io.claviger.kms.KeyUsage;
import io.claviger.kms.KmsException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Layout of the metadata of a Transit key in KV, the one of RustFS: {@code key_usage description
 * tags key_state created_at deletion_date origin created_by current_version}. Not authenticated:
 * advice, Vault's policies are the guard. Fields that are not known here survive a rewrite; three
 * of Claviger's are unknown to RustFS in turn: {@code state_before_deletion}, {@code destroying}
 * and {@code policy}.
 */
final class MetadataRecord {
  private static final String USAGE = "key_usage";
  private static final String DESCRIPTION = "description";
  private static final String TAGS = "tags";
  private static final String STATE = "key_state";
  private static final String CREATED = "created_at";
  private static final String DUE = "deletion_date";
  private static final String ORIGIN = "origin";
  private static final String CREATED_BY = "created_by";
  private static final String VERSION = "current_version";
  private static final String POLICY = "policy";
  private static final String BEFORE = "state_before_deletion";
  private static final String DESTROYING = "destroying";

  private MetadataRecord() {}

  /** Returns {@code before} with what {@code key} says. */
  static ObjectNode write(ObjectNode before, TransitKey key) {
    KeyMetadata m = key.metadata();
    ObjectNode json = before.deepCopy();
    json.put(USAGE, m.usage().wireName())
        .put(DESCRIPTION, m.description())
        .put(STATE, m.state().wireName())
        .put(CREATED, RustfsDates.write(m.createdAt()))
        .put(DUE, m.deletionDate() == null ? null : RustfsDates.write(m.deletionDate()))
        .put(ORIGIN, m.origin())
        .put(CREATED_BY, m.createdBy())
        .put(VERSION, m.currentVersion());
    ObjectNode tags = json.putObject(TAGS);
    new TreeMap<>(m.tags()).forEach(tags::put);
    if (!m.policy().isEmpty()) {
      json.put(POLICY, m.policy());
    }
    json.remove(BEFORE);
    json.remove(DESTROYING);
    if (m.state() == KeyState.PENDING_DELETION) {
      json.put(BEFORE, key.stateBeforeDeletion().wireName());
    }
    if (key.destroying()) {
      json.put(DESTROYING, true);
    }
    return json;
  }

  /**
   * Returns the key that {@code json} and Transit describe; CORRUPT_RECORD if it cannot be read.
   */
  static TransitKey read(String keyId, ObjectNode json, TransitEngine.Key transit) {
    try {
      KeyMetadata metadata =
          new KeyMetadata(
              keyId,
              state(json.path(STATE), KeyState.ENABLED),
              usage(json.path(USAGE), transit.type()),
              json.path(DESCRIPTION).asText(""),
              tags(json.path(TAGS)),
              orElse(date(json.path(CREATED)), transit.createdAt()),
              transit.rotatedAt(),
              date(json.path(DUE)),
              transit.latestVersion(),
              json.path(ORIGIN).asText(TransitKey.ORIGIN),
              json.path(CREATED_BY).asText(""),
              json.path(POLICY).asText(""),
              transit.bits());
      return new TransitKey(
          metadata,
          state(json.path(BEFORE), KeyState.ENABLED),
          json.path(DESTROYING).asBoolean(),
          json);
    } catch (DateTimeException | IllegalArgumentException e) {
      throw KmsException.of(
          ErrorKind.CORRUPT_RECORD,
          "the metadata of key \"%s\" in Vault cannot be read. Correct its record in KV; the key itself is whole in Transit"
              .formatted(keyId),
          e);
    }
  }

  /** Returns what is assumed of a key that Transit has and nobody wrote metadata of. */
  static TransitKey assumed(String keyId, TransitEngine.Key transit) {
    return read(keyId, JsonNodeFactory.instance.objectNode(), transit);
  }

  private static KeyState state(JsonNode value, KeyState unlessSaid) {
    if (isAbsent(value)) {
      return unlessSaid;
    }
    for (KeyState state : KeyState.values()) {
      if (plain(state.wireName()).equals(plain(value.asText()))) {
        return state;
      }
    }
    throw new IllegalArgumentException("key_state is unknown");
  }

  /** A key of type hmac encrypts nothing; others may be for either, as the record says. */
  private static KeyUsage usage(JsonNode value, @Nullable TransitKeyType type) {
    if (isAbsent(value) || type == TransitKeyType.HMAC) {
      return type == null ? KeyUsage.ENCRYPT_DECRYPT : type.usage();
    }
    for (KeyUsage usage : KeyUsage.values()) {
      if (plain(usage.wireName()).equals(plain(value.asText()))) {
        return usage;
      }
    }
    throw new IllegalArgumentException("key_usage is unknown");
  }

  /** Both {@code EncryptDecrypt} and {@code ENCRYPT_DECRYPT} occur. */
  private static String plain(String name) {
    return name.replace("_", "").toLowerCase(Locale.ROOT);
  }

  private static boolean isAbsent(JsonNode value) {
    return value.isMissingNode() || value.isNull();
  }

  private static Map<String, String> tags(JsonNode object) {
    Map<String, String> tags = new HashMap<>();
    object.fields().forEachRemaining(f -> tags.put(f.getKey(), f.getValue().asText()));
    return tags;
  }

  private static @Nullable Instant date(JsonNode value) {
    return isAbsent(value) ? null : RustfsDates.read(value.asText());
  }

  private static Instant orElse(@Nullable Instant date, Instant otherwise) {
    return date == null ? otherwise : date;
  }
}
