package io.claviger.backend.vault;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.claviger.backend.keyring.KeyRecord;
import io.claviger.backend.keyring.KeyVersion;
import io.claviger.format.CanonicalContext;
import io.claviger.format.KeyWrap;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KeyMetadata;
import io.claviger.kms.KeyState;
import io.claviger.kms.KeyUsage;
import io.claviger.kms.KmsException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Layout of a key's record in KV: clear fields for the eye, all of them texts but the object {@code
 * tags}; {@code generation}, which is the number of the KV version that holds the record; and
 * {@code sealed}, the versions with their secrets. The seal's associated data is the canonical
 * {@code {use=kv2-record, id, generation, clear}}, where clear is the SHA-256 of the canonical
 * clear fields: so nothing can be edited, swapped or put back unnoticed.
 *
 * <p>A destroyed key leaves a record in state DELETED without versions, so that its generation
 * never goes down.
 */
final class KvRecord {
  static final String FORMAT = "claviger-kv2-1";

  private static final String FORMAT_FIELD = "format";
  private static final String GENERATION = "generation";
  private static final String SEALED = "sealed";
  private static final String SEALED_BY = "sealed_by";
  private static final String TAGS = "tags";
  private static final String STATE = "state";
  private static final String BEFORE = "state_before_deletion";
  private static final String USAGE = "usage";
  private static final String DESCRIPTION = "description";
  private static final String CREATED = "created_at";
  private static final String ROTATED = "rotated_at";
  private static final String DUE = "deletion_date";
  private static final String ORIGIN = "origin";
  private static final String CREATED_BY = "created_by";
  private static final int VERSION_BYTES = 256;
  private static final String POLICY = "policy";
  private static final Set<String> OUTSIDE_OF_CLEAR = Set.of(GENERATION, SEALED, TAGS);

  private KvRecord() {}

  static ObjectNode encode(KeyRecord key, long generation, RecordSeal seal) {
    KeyMetadata m = key.metadata();
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put(FORMAT_FIELD, FORMAT)
            .put(SEALED_BY, seal.name())
            .put(STATE, m.state().wireName())
            .put(BEFORE, key.stateBeforeDeletion().wireName())
            .put(USAGE, m.usage().wireName())
            .put(DESCRIPTION, m.description())
            .put(CREATED, m.createdAt().toString())
            .put(ORIGIN, m.origin())
            .put(CREATED_BY, m.createdBy());
    if (!m.policy().isEmpty()) {
      json.put(POLICY, m.policy());
    }
    putDate(json, ROTATED, m.rotatedAt());
    putDate(json, DUE, m.deletionDate());
    ObjectNode tags = json.putObject(TAGS);
    new TreeMap<>(m.tags()).forEach(tags::put);
    String id = m.keyId();
    byte[] secrets = secrets(key.versions());
    try {
      String sealed = seal.seal(secrets, context(id, generation, json), "key \"" + id + "\"");
      return json.put(GENERATION, generation).put(SEALED, sealed);
    } finally {
      Arrays.fill(secrets, (byte) 0);
    }
  }

  /** Opens a record; CORRUPT_RECORD if it is not exactly what was written as this version. */
  static KeyRecord decode(String keyId, KvEngine.Entry entry, RecordSeal seal) {
    ObjectNode json = entry.data();
    if (json == null) {
      throw VaultClient.corrupt(keyId, "was deleted by another client (vault kv undelete)", null);
    }
    String format = json.path(FORMAT_FIELD).asText();
    if (!format.equals(FORMAT)) {
      throw VaultClient.corrupt(
          keyId, "has format \"%s\", expected \"%s\"".formatted(format, FORMAT), null);
    }
    long generation = json.path(GENERATION).asLong();
    if (generation != entry.version()) {
      throw VaultClient.corrupt(
          keyId,
          "is of generation %d but is stored in version %d: another client put an older one back"
              .formatted(generation, entry.version()),
          null);
    }
    if (!json.path(SEALED_BY).asText().equals(seal.name())) {
      throw VaultClient.corrupt(
          keyId,
          "is sealed by \"%s\", but material_sealing is \"%s\""
              .formatted(json.path(SEALED_BY).asText(), seal.name()),
          null);
    }
    byte[] secrets = opened(keyId, json, generation, seal);
    try {
      return read(keyId, json, secrets);
    } catch (IOException | RuntimeException e) {
      throw VaultClient.corrupt(keyId, "is authentic but not of a form that this version reads", e);
    } finally {
      Arrays.fill(secrets, (byte) 0);
    }
  }

  private static byte[] opened(String keyId, ObjectNode json, long generation, RecordSeal seal) {
    try {
      byte[] context = context(keyId, generation, json);
      return seal.open(json.path(SEALED).asText(), context, "key \"" + keyId + "\"");
    } catch (IllegalArgumentException e) {
      throw VaultClient.corrupt(keyId, "holds fields that are no texts", e);
    } catch (KmsException e) {
      if (e.kind() != ErrorKind.NOT_AUTHENTIC) {
        throw e;
      }
      throw VaultClient.corrupt(keyId, "was edited, cut, or belongs to another key", e);
    }
  }

  private static KeyRecord read(String keyId, ObjectNode json, byte[] secrets) throws IOException {
    List<KeyVersion> versions = versions(secrets);
    Map<String, String> tags = new HashMap<>();
    json.path(TAGS).fields().forEachRemaining(e -> tags.put(e.getKey(), e.getValue().asText()));
    KeyMetadata metadata =
        new KeyMetadata(
            keyId,
            state(json.required(STATE)),
            usage(json.required(USAGE)),
            json.required(DESCRIPTION).asText(),
            tags,
            Instant.parse(json.required(CREATED).asText()),
            date(json.path(ROTATED)),
            date(json.path(DUE)),
            versions.isEmpty() ? 0 : versions.get(versions.size() - 1).id().number(),
            json.required(ORIGIN).asText(),
            json.required(CREATED_BY).asText(),
            json.path(POLICY).asText(""),
            versions.isEmpty() ? 0 : versions.get(versions.size() - 1).bits());
    return new KeyRecord(metadata, state(json.required(BEFORE)), versions);
  }

  /** Returns what the seal is bound to; IllegalArgumentException for fields that are no texts. */
  private static byte[] context(String keyId, long generation, ObjectNode json) {
    Map<String, String> clear = new HashMap<>();
    json.fields()
        .forEachRemaining(
            field -> {
              if (!OUTSIDE_OF_CLEAR.contains(field.getKey())) {
                clear.put(field.getKey(), text(field.getValue()));
              }
            });
    Map<String, String> tags = new HashMap<>();
    json.path(TAGS).fields().forEachRemaining(e -> tags.put(e.getKey(), text(e.getValue())));
    clear.put(TAGS, new String(CanonicalContext.encode(tags), StandardCharsets.UTF_8));
    return CanonicalContext.encode(
        Map.of(
            "use",
            "kv2-record",
            "id",
            keyId,
            "generation",
            Long.toString(generation),
            "clear",
            HexFormat.of().formatHex(sha256(CanonicalContext.encode(clear)))));
  }

  private static String text(JsonNode value) {
    if (!value.isTextual()) {
      throw new IllegalArgumentException("a field is no text");
    }
    return value.asText();
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("internal error: every JDK has SHA-256", e);
    }
  }

  private static byte[] secrets(List<KeyVersion> versions) {
    int bytes = 1; // enough, so that no copy is left behind by growing
    for (KeyVersion v : versions) {
      bytes += VERSION_BYTES + 2 * v.material().length;
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream(bytes);
    try (JsonGenerator json = VaultReply.JSON.createGenerator(out)) {
      json.writeStartArray();
      for (KeyVersion v : versions) {
        json.writeStartObject();
        json.writeNumberField("number", v.id().number());
        json.writeStringField("id", v.id().hexId());
        json.writeBinaryField("material", v.material());
        json.writeBinaryField("wrap", v.wrap());
        json.writeStringField("created_at", v.createdAt().toString());
        json.writeEndObject();
      }
      json.writeEndArray();
    } catch (IOException e) {
      throw KmsException.of(ErrorKind.INTERNAL, "internal error: a record has no JSON form", e);
    }
    return out.toByteArray();
  }

  private static List<KeyVersion> versions(byte[] secrets) throws IOException {
    List<KeyVersion> versions = new ArrayList<>();
    for (JsonNode v : VaultReply.JSON.readTree(secrets)) {
      versions.add(
          new KeyVersion(
              KeyWrap.Version.of(v.required("number").intValue(), v.required("id").asText()),
              v.required("material").binaryValue(),
              v.required("wrap").binaryValue(),
              Instant.parse(v.required("created_at").asText())));
    }
    return versions;
  }

  private static KeyState state(JsonNode name) {
    return Arrays.stream(KeyState.values())
        .filter(s -> s.wireName().equals(name.asText()))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("an unknown state"));
  }

  private static KeyUsage usage(JsonNode name) {
    return Arrays.stream(KeyUsage.values())
        .filter(u -> u.wireName().equals(name.asText()))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("an unknown usage"));
  }

  private static void putDate(ObjectNode json, String field, @Nullable Instant date) {
    if (date != null) {
      json.put(field, date.toString());
    }
  }

  private static @Nullable Instant date(JsonNode value) {
    return value.isMissingNode() ? null : Instant.parse(value.asText());
  }
}
