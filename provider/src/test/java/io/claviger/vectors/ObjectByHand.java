package io.claviger.vectors;

import static io.claviger.vectors.ByHand.bytes;
import static io.claviger.vectors.ByHand.fixed;
import static io.claviger.vectors.ByHand.hex;
import static io.claviger.vectors.ByHand.sha256;
import static io.claviger.vectors.ByHand.utf8;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.claviger.format.CanonicalContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * An object sealed by hand, what a reader gets, and what a store owner did to it. Fields may be set
 * before {@link #seal}; {@code metadata}, {@code read} and {@code pieces} may be changed after it.
 */
final class ObjectByHand {
  static final String KEY_ID = "orders/2026 ä";
  static final byte[] MASTER_SECRET = fixed("master key", 32);
  static final byte[] VERSION_ID =
      ByHand.expand(
          "HmacSHA256",
          ByHand.hmac("HmacSHA256", new byte[1], MASTER_SECRET),
          utf8("io.claviger/compatible/version-id/v1"),
          8);
  static final byte[] CUSTOMER = fixed("customer's key", 32);

  private static final String UNRESERVED =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

  String bucket = "vectors";
  String key = "a/key +ä";
  String names = "object";
  String keyId = KEY_ID;
  String sse = "AES256";
  Map<String, String> context = Map.of();
  boolean withBucketKey;
  String bucketKeyOf = bucket;
  Map<String, String> bucketKeyContext;
  String what = "object";

  /**
   * Canonical values of what the tags cover; user metadata and Content-Encoding always are there.
   */
  final TreeMap<String, String> covered =
      new TreeMap<>(Map.of("metadata", "{}", "Content-Encoding", ""));

  /** Headers that the store gives beside {@code metadata}: name and value. */
  final List<List<String>> headers = new ArrayList<>();

  private ObjectNode tags;

  final List<PartByHand> parts = new ArrayList<>();
  final TreeMap<String, String> metadata = new TreeMap<>();
  final ObjectNode read = JsonNodeFactory.instance.objectNode();
  final ArrayNode wraps = JsonNodeFactory.instance.arrayNode();
  List<Piece> pieces = new ArrayList<>();

  /** Bytes that the store announces; those that it gives where negative. */
  int announced = -1;

  /** A range of what the store gives: of a sealed part, or other bytes. */
  record Piece(int part, int from, int to, byte[] other) {}

  byte[] dataKey() {
    return fixed("data key of " + what, 32);
  }

  ObjectByHand part(int number, boolean last, long offset, int plainBytes) {
    byte[] seed = fixed("seed of part %d of %s, %d bytes".formatted(number, what, plainBytes), 32);
    parts.add(new PartByHand(dataKey(), seed, number, last, offset, plainBytes));
    return this;
  }

  /** Says what the writer sent, as the canonical value of one covered name. */
  ObjectByHand sent(String name, String canonical) {
    covered.put(name, canonical);
    return this;
  }

  /** Says what the store gives. */
  ObjectByHand given(String header, String value) {
    headers.add(List.of(header, value));
    return this;
  }

  /** Seals as one part. */
  ObjectByHand single(int plainBytes) {
    part(1, true, 0, plainBytes);
    return seal("single");
  }

  /** Wraps the data key and writes the envelope around the parts given. */
  ObjectByHand seal(String shape) {
    boolean customer = sse.equals("customer");
    byte[] bound = CanonicalContext.encode(boundContext());
    metadata.put("claviger", "1;%s;names=%s".formatted(shape, names));
    metadata.put("claviger-sse", sse);
    metadata.put("claviger-from", base64(bytes(utf8(bucket), new byte[1], utf8(key))));
    if (customer) {
      wrap("claviger-dek", "io.claviger/wrap/sse-c/v1", CUSTOMER, bound, dataKey());
    } else if (withBucketKey) {
      byte[] bucketKey = fixed("bucket key", 32);
      TreeMap<String, String> entries =
          new TreeMap<>(bucketKeyContext == null ? context : bucketKeyContext);
      entries.put("claviger:bucket", bucketKeyOf);
      entries.put("claviger:use", "bucket-key");
      byte[] ofBucket = CanonicalContext.encode(entries);
      wrap("claviger-bk", null, null, ofBucket, bucketKey);
      wrap("claviger-dek", "io.claviger/wrap/bucket-key/v1", bucketKey, bound, dataKey());
    } else {
      wrap("claviger-dek", null, null, bound, dataKey());
    }
    if (!customer) {
      metadata.put("claviger-key", percent(keyId));
    }
    if (!context.isEmpty()) {
      metadata.put("claviger-ctx", base64(CanonicalContext.encode(context)));
    }
    TagsByHand made = new TagsByHand(dataKey(), covered);
    tags = made.json;
    metadata.put("claviger-mac", base64(made.tags));
    if (shape.equals("single")) {
      metadata.put("claviger-hdr", base64(parts.get(0).hint));
    }
    read.put("bucket", bucket).put("key", key).put("names", names).put("acceptMoved", false);
    read.putNull("context").putArray("trustedKeyIds");
    if (customer) {
      read.put("customerKey", hex(CUSTOMER));
    } else {
      read.putNull("customerKey");
    }
    for (int i = 0; i < parts.size(); i++) {
      pieces.add(whole(i));
    }
    return this;
  }

  private TreeMap<String, String> boundContext() {
    TreeMap<String, String> bound = new TreeMap<>(context);
    bound.put("claviger:use", "object");
    bound.put("claviger:sse", sse);
    if (!names.equals("none")) {
      bound.put("claviger:bucket", bucket);
    }
    if (names.equals("object")) {
      bound.put("claviger:key", key);
    }
    return bound;
  }

  private void wrap(String field, String label, byte[] under, byte[] context, byte[] plain) {
    WrapByHand wrap =
        label == null
            ? new WrapByHand(
                "io.claviger/wrap/local/v1", MASTER_SECRET, keyId, 1, VERSION_ID, context, plain)
            : new WrapByHand(label, under, context, plain);
    metadata.put(field, base64(wrap.blob));
    wraps.add(wrap.json);
  }

  Piece whole(int part) {
    return new Piece(part, 0, parts.get(part).stored.length, null);
  }

  /** Segment {@code k} of a part. */
  Piece segment(int part, int k) {
    int[] place = parts.get(part).segment(k);
    return new Piece(part, place[0], place[1], null);
  }

  static Piece other(byte[] bytes) {
    return new Piece(-1, 0, bytes.length, bytes);
  }

  /** Gives the parts with the bytes from {@code at} on replaced by {@code bytes}. */
  ObjectByHand patched(int part, int at, byte... bytes) {
    List<Piece> changed = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      int length = parts.get(i).stored.length;
      if (i != part) {
        changed.add(whole(i));
        continue;
      }
      changed.add(new Piece(i, 0, at, null));
      changed.add(other(bytes));
      changed.add(new Piece(i, at + bytes.length, length, null));
    }
    pieces = changed;
    return this;
  }

  /** Flips the lowest bit of a byte. */
  ObjectByHand flipped(int part, int at) {
    return patched(part, at, (byte) (parts.get(part).stored[at] ^ 1));
  }

  byte[] stored() {
    byte[] all = new byte[0];
    for (Piece piece : pieces) {
      byte[] from = piece.other() == null ? parts.get(piece.part()).stored : piece.other();
      all = bytes(all, Arrays.copyOfRange(from, piece.from(), piece.to()));
    }
    return all;
  }

  ObjectNode json(String name, String about, String outcome) {
    byte[] stored = stored();
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("case", name).put("about", about).put("kind", "object").put("outcome", outcome);
    json.set("read", read);
    putMasterKey(json, keyId);
    ObjectNode fields = json.putObject("metadata");
    metadata.forEach(fields::put);
    ArrayNode others = json.putArray("headers");
    headers.forEach(h -> others.addObject().put("name", h.get(0)).put("value", h.get(1)));
    ObjectNode store = json.putObject("stored");
    store.put("announced", announced < 0 ? stored.length : announced);
    store.put("bytes", stored.length).put("sha256", sha256(stored));
    ArrayNode list = store.putArray("pieces");
    for (Piece piece : pieces) {
      if (piece.other() == null) {
        list.addObject().put("part", piece.part()).put("from", piece.from()).put("to", piece.to());
      } else {
        list.addObject().put("hex", hex(piece.other()));
      }
    }
    if (stored.length <= PartByHand.MOST_HEX_BYTES) {
      store.put("hex", hex(stored));
    }
    if (outcome.equals("ok")) {
      byte[] plain = bytes(parts.stream().map(p -> p.plain).toArray(byte[][]::new));
      json.putObject("plaintext").put("bytes", plain.length).put("sha256", sha256(plain));
    }
    json.put("dataKey", hex(dataKey()));
    json.set("wraps", wraps);
    json.set("metadataTags", tags);
    ArrayNode sealed = json.putArray("parts");
    parts.forEach(p -> sealed.add(p.json));
    return json;
  }

  /** Adds the one key of the key management service. */
  static void putMasterKey(ObjectNode json, String keyId) {
    json.putObject("masterKey")
        .put("keyId", keyId)
        .put("version", 1)
        .put("versionId", hex(VERSION_ID))
        .put("wrappingKey", hex(MASTER_SECRET));
  }

  static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  private static String percent(String text) {
    StringBuilder out = new StringBuilder();
    for (byte b : utf8(text)) {
      boolean plain = UNRESERVED.indexOf((char) b) >= 0;
      out.append(plain ? String.valueOf((char) b) : "%%%02X".formatted(b));
    }
    return out.toString();
  }
}
