package io.claviger.vectors;

import static io.claviger.vectors.ByHand.bytes;
import static io.claviger.vectors.ByHand.fixed;
import static io.claviger.vectors.ByHand.number;
import static io.claviger.vectors.ByHand.utf8;
import static io.claviger.vectors.PartByHand.UNKNOWN;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.claviger.format.CanonicalContext;
import io.claviger.format.Envelope;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What section 8 settles where several readings of the format were possible. */
final class SettledCases {
  private final List<ObjectNode> all = new ArrayList<>();

  static List<ObjectNode> all() {
    SettledCases cases = new SettledCases();
    cases.orderOfTheEnvelope();
    cases.limits();
    cases.recordedNames();
    cases.wraps();
    cases.bodies();
    return cases.all;
  }

  private void add(String name, String outcome, String about, ObjectByHand object) {
    all.add(object.json(name, about, outcome));
  }

  private static ObjectByHand small() {
    return new ObjectByHand().single(20);
  }

  private static ObjectByHand with(String name, String value) {
    ObjectByHand object = small();
    object.metadata.put(name, value);
    return object;
  }

  private void orderOfTheEnvelope() {
    ObjectByHand unknownFirst = with("claviger-x", "1");
    unknownFirst.metadata.put("claviger", "2;single;names=object");
    add("order-unknown-name", "ENVELOPE_MALFORMED", "Unknown name and version.", unknownFirst);
    ObjectByHand length = with("claviger", "2;single;names=object");
    length.metadata.put("claviger-from", "A".repeat(Envelope.MAX_BYTES));
    add("order-length", "TOO_LARGE", "Too long, and version 2.", length);
    ObjectByHand version = with("claviger", "2;single;names=object");
    version.metadata.remove("claviger-sse");
    add("order-version", "UNKNOWN_VERSION", "Version 2, and a field is missing.", version);
    ObjectByHand presence = with("claviger-dek", "?");
    presence.metadata.remove("claviger-key");
    add("order-presence", "ENVELOPE_INCOMPLETE", "No key id, and a value of bad form.", presence);
    ObjectByHand values = tooLongContext();
    values.metadata.put("claviger-hdr", "?");
    add("order-values", "TOO_LARGE", "Context too long, and a bad claviger-hdr.", values);
    add(
        "main-with-blank",
        "ENVELOPE_MALFORMED",
        "A blank behind the value, as HTTP would have removed it.",
        with("claviger", "1;single;names=object "));
    add(
        "sse-with-blank",
        "ENVELOPE_MALFORMED",
        "A blank before the value.",
        with("claviger-sse", " AES256"));
  }

  /** A context whose canonical form has so many bytes: {"a":"x.."}. */
  private static Map<String, String> contextOf(int canonicalBytes) {
    return Map.of("a", "x".repeat(canonicalBytes - 8));
  }

  private static ObjectByHand tooLongContext() {
    ObjectByHand object = new ObjectByHand();
    object.context = contextOf(Envelope.MAX_CONTEXT_BYTES + 1);
    object.single(20);
    object.metadata.remove("claviger-from");
    return object;
  }

  private void limits() {
    ObjectByHand longest = new ObjectByHand();
    longest.context = contextOf(Envelope.MAX_CONTEXT_BYTES);
    longest.single(20);
    longest.metadata.remove("claviger-from");
    int canonical = CanonicalContext.encode(longest.context).length;
    if (canonical != Envelope.MAX_CONTEXT_BYTES) {
      throw new IllegalStateException("a context of " + canonical + " bytes");
    }
    add("context-longest", "ok", "As many canonical bytes as a context may have.", longest);
    add("context-one-more", "TOO_LARGE", "One byte more, before base64.", tooLongContext());
    for (long offset : new long[] {Long.MIN_VALUE, -2}) {
      ObjectByHand object =
          new ObjectByHand()
              .part(1, false, 0, 100)
              .part(2, true, UNKNOWN, 20)
              .seal("multi")
              .patched(1, 16, number(8, offset));
      String name = offset == -2 ? "offset-highest" : "offset-bit-63";
      add(name, "OFFSET", "An offset above 2^63 - 1 that is not all ones.", object);
    }
  }

  private void recordedNames() {
    ObjectByHand key = new ObjectByHand();
    key.names = "bucket";
    key.single(20);
    key.metadata.put(
        "claviger-from", ObjectByHand.base64(bytes(utf8(key.bucket), new byte[1], utf8("x"))));
    add("from-bucket-other-key", "ok", "Only the bucket is bound: any key is recorded.", key);
    ObjectByHand bucket = new ObjectByHand();
    bucket.names = "bucket";
    bucket.single(20);
    bucket.metadata.put(
        "claviger-from", ObjectByHand.base64(bytes(utf8("x"), new byte[1], utf8(bucket.key))));
    add("from-bucket-other-bucket", "ENVELOPE_MALFORMED", "Another bucket.", bucket);
    ObjectByHand none = new ObjectByHand();
    none.names = "none";
    none.single(20);
    none.metadata.put("claviger-from", ObjectByHand.base64(utf8("no zero byte")));
    add("from-none", "ok", "No name is bound: what is recorded is compared with nothing.", none);
  }

  private void wraps() {
    ObjectByHand bucketKey = new ObjectByHand();
    bucketKey.withBucketKey = true;
    bucketKey.single(20);
    ObjectByHand other = new ObjectByHand();
    other.withBucketKey = true;
    other.key = "another";
    other.single(20);
    bucketKey.metadata.put("claviger-dek", other.metadata.get("claviger-dek"));
    add(
        "dek-of-another-by-bucket-key",
        "NOT_AUTHENTIC",
        "The bucket key opens, but not the data key, which is another object's.",
        bucketKey);
  }

  /** The same plaintext, data key and length, sealed twice. */
  private void bodies() {
    ObjectByHand twice = small();
    PartByHand again =
        new PartByHand(twice.dataKey(), fixed("seed of a second sealing", 32), 1, true, 0, 20);
    twice.pieces.set(0, ObjectByHand.other(again.stored));
    add(
        "body-sealed-twice",
        "HEADER_TAG",
        "The body was sealed again under the same data key: its header is not that of claviger-hdr.",
        twice);
  }
}
