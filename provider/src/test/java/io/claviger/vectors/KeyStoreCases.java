package io.claviger.vectors;

import static io.claviger.vectors.ByHand.bytes;
import static io.claviger.vectors.ByHand.fixed;
import static io.claviger.vectors.ByHand.gcm;
import static io.claviger.vectors.ByHand.hex;
import static io.claviger.vectors.ByHand.sha256;
import static io.claviger.vectors.ByHand.utf8;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.claviger.format.CanonicalContext;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** What key services keep (format 14): names, texts of Transit, records. */
final class KeyStoreCases {
  private static final String ID = "orders/2026 ä";
  private static final String CREATED = "2026-01-02T03:04:05.678Z";
  private static final String VERSION_ID = "fffffffffffffffe";
  private static final byte[] SEALING_KEY = fixed("sealing key", 32);
  private static final byte[] CONTEXT = utf8("{\"claviger:use\":\"object\"}");

  private final List<ObjectNode> all = new ArrayList<>();

  static List<ObjectNode> all() {
    KeyStoreCases cases = new KeyStoreCases();
    cases.names();
    cases.texts();
    cases.records();
    cases.kvRecords();
    return cases.all;
  }

  private ObjectNode add(String kind, String name, String about, String outcome) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("case", name).put("about", about).put("kind", kind).put("outcome", outcome);
    all.add(json);
    return json;
  }

  private void names() {
    ArrayNode names =
        add("key-names", "key-names", "Ids of keys and their names in KV.", "ok").putArray("names");
    String[][] pairs = {
      {"orders", "orders"},
      {"Az09.-*_", "Az09.-*_"},
      {"a b", "a+b"},
      {"a+b", "a%2Bb"},
      {"a/b:c", "a%2Fb%3Ac"},
      {"~100%", "%7E100%25"},
      {"ä\uD83D\uDD11", "%C3%A4%F0%9F%94%91"},
      {"..", ".%2E"},
      {"a..b...", "a.%2Eb.%2E."},
      {".", "%2E"},
      {".a", ".a"},
    };
    for (String[] pair : pairs) {
      names.addObject().put("keyId", pair[0]).put("name", pair[1]);
    }
  }

  private void text(String name, String about, String outcome, String text) {
    add("transit-text", "transit-text-" + name, about, outcome).putObject("read").put("text", text);
  }

  private void no(String name, String about, String text) {
    text(name, about, "NOT_AUTHENTIC", text);
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  private void texts() {
    String least = base64(fixed("a text", 28));
    String padded = base64(new byte[29]); // ends in AA=
    text("least", "28 bytes: an IV and a tag.", "ok", "vault:v1:" + least);
    text("version", "The highest version.", "ok", "vault:v999999999:" + base64(new byte[60]));
    no("short", "27 bytes.", "vault:v1:" + base64(new byte[27]));
    no("version-0", "Versions begin with 1.", "vault:v0:" + least);
    no("version-zeros", "A leading zero.", "vault:v01:" + least);
    no("version-long", "Ten digits.", "vault:v1000000000:" + least);
    no("upper-case", "Another prefix.", "Vault:v1:" + least);
    no("blank", "A blank at the end.", "vault:v1:" + least + " ");
    no("unpadded", "No padding.", "vault:v1:" + padded.replace("=", ""));
    no("bits", "Trailing bits.", "vault:v1:" + padded.replace("AA=", "AB="));
  }

  private static ObjectNode version() {
    return JsonNodeFactory.instance
        .objectNode()
        .put("number", 1)
        .put("id", VERSION_ID)
        .put("material", base64(fixed("material", 32)))
        .put("wrap", base64(fixed("wrapping key", 32)))
        .put("created_at", CREATED);
  }

  private static ObjectNode clear(String state, String usage) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("state", state)
        .put("state_before_deletion", state)
        .put("usage", usage)
        .put("description", "\"ä\"")
        .put("created_at", CREATED);
  }

  /** The wrap that is opened under the version that the record holds. */
  private static ObjectNode wrap() {
    byte[] id = HexFormat.of().parseHex(VERSION_ID);
    return new WrapByHand(
            "io.claviger/wrap/local/v1",
            fixed("wrapping key", 32),
            ID,
            1,
            id,
            CONTEXT,
            fixed("data key", 32))
        .json;
  }

  private void record(String name, String about, String outcome, Consumer<ObjectNode> change) {
    ObjectNode json = add("key-record", "key-record" + name, about, outcome);
    json.set("wrap", wrap());
    ObjectNode record = clear("ENABLED", "ENCRYPT_DECRYPT");
    record.putNull("rotated_at").putNull("deletion_date");
    record.put("origin", "CLAVIGER").put("created_by", "me");
    record.putObject("tags").put("team", "a");
    ObjectNode version = version();
    record.putArray("versions").add(version);
    change.accept(version);
    json.putObject("read").put("keyId", ID).set("record", record);
  }

  private void records() {
    record("", "The JSON in a record of a key folder.", "ok", v -> {});
    String corrupt = "CORRUPT_RECORD";
    record("-id-number", "A version id as a number.", corrupt, v -> v.put("id", -2));
    record("-id-short", "Two digits.", corrupt, v -> v.put("id", "fe"));
    record("-id-upper", "Upper case.", corrupt, v -> v.put("id", "FFFFFFFFFFFFFFFE"));
  }

  private static ObjectNode kvRecord(String sealedBy) {
    ObjectNode record = JsonNodeFactory.instance.objectNode();
    record.put("format", "claviger-kv2-1").put("sealed_by", sealedBy);
    record.setAll(clear("Enabled", "EncryptDecrypt"));
    record.put("origin", "CLAVIGER").put("created_by", "me");
    Map<String, String> clear = new HashMap<>();
    record.fields().forEachRemaining(f -> clear.put(f.getKey(), f.getValue().asText()));
    record.putObject("tags").put("b", "").put("a", "ä");
    clear.put("tags", "{\"a\":\"ä\",\"b\":\"\"}");
    Map<String, String> context =
        Map.of(
            "use",
            "kv2-record",
            "id",
            ID,
            "generation",
            "3",
            "clear",
            sha256(CanonicalContext.encode(clear)));
    byte[] aad = CanonicalContext.encode(context);
    byte[] versions =
        JsonNodeFactory.instance
            .arrayNode()
            .add(version())
            .toString()
            .getBytes(StandardCharsets.UTF_8);
    byte[] iv = fixed("iv of a record", 12);
    String sealed =
        sealedBy.equals("transit")
            ? "vault:v1:" + base64(bytes(iv, gcm(SEALING_KEY, iv, aad, versions)))
            : base64(new WrapByHand("io.claviger/record/kv2/v1", SEALING_KEY, aad, versions).blob);
    return record.put("generation", 3).put("sealed", sealed);
  }

  private void kv(
      String name, String about, String outcome, String sealedBy, Consumer<ObjectNode> change) {
    ObjectNode json = add("kv2-record", "kv2-record-" + name, about, outcome);
    json.set("wrap", wrap());
    ObjectNode read = json.putObject("read");
    read.put("keyId", ID).put("kvVersion", 3);
    read.put("sealedBy", sealedBy).put("sealingKey", hex(SEALING_KEY));
    read.set("record", kvRecord(sealedBy));
    change.accept(read);
  }

  private void changed(String name, String about, Consumer<ObjectNode> change) {
    kv(name, about, "CORRUPT_RECORD", "master-key", change);
  }

  private static Consumer<ObjectNode> in(Consumer<ObjectNode> change) {
    return read -> change.accept((ObjectNode) read.get("record"));
  }

  private void kvRecords() {
    kv("transit", "Sealed by Transit under claviger-root.", "ok", "transit", read -> {});
    kv("master-key", "Sealed under a root key.", "ok", "master-key", read -> {});
    changed("of-another", "Of another key.", read -> read.put("keyId", "orders"));
    changed("put-back", "In a later version of KV.", read -> read.put("kvVersion", 4));
    changed(
        "generation",
        "In a later version of KV, with its number.",
        read -> in(r -> r.put("generation", 4)).accept(read.put("kvVersion", 4)));
    changed("state", "Another state.", in(r -> r.put("state", "Disabled")));
    changed("tag", "Another tag.", in(r -> ((ObjectNode) r.get("tags")).put("b", "x")));
    changed("member", "One member more.", in(r -> r.put("more", "")));
    changed("sealed-by", "Said to be sealed otherwise.", in(r -> r.put("sealed_by", "transit")));
    changed("root-key", "Another root key.", read -> read.put("sealingKey", hex(new byte[32])));
  }
}
