package io.claviger.vectors;

import static io.claviger.vectors.ByHand.utf8;
import static io.claviger.vectors.ObjectByHand.base64;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Metadata that a store owner changed, and readers that demand more (format 3 and 8). */
final class BadEnvelopes {
  private final List<ObjectNode> all = new ArrayList<>();

  static List<ObjectNode> all() {
    BadEnvelopes cases = new BadEnvelopes();
    cases.missingFields();
    cases.wrongFields();
    cases.contexts();
    cases.readers();
    cases.wraps();
    return cases.all;
  }

  private void no(String name, String outcome, String about, ObjectByHand object) {
    all.add(object.json(name, about, outcome));
  }

  private void changed(
      String name, String outcome, String about, Consumer<Map<String, String>> change) {
    ObjectByHand object = new ObjectByHand();
    object.context = Map.of("tenant", "a");
    object.single(20);
    change.accept(object.metadata);
    no(name, outcome, about, object);
  }

  private void field(String name, String outcome, String field, String value) {
    changed(name, outcome, field + " is \"" + value + "\".", m -> m.put(field, value));
  }

  private void missingFields() {
    for (String field : List.of("claviger", "claviger-key", "claviger-dek", "claviger-sse")) {
      String name = "without-" + field.replace("claviger-", "").replace("claviger", "main");
      changed(name, "ENVELOPE_INCOMPLETE", field + " is missing.", m -> m.remove(field));
    }
    changed(
        "without-hdr", "ENVELOPE_INCOMPLETE", "No claviger-hdr.", m -> m.remove("claviger-hdr"));
    changed(
        "without-mac", "ENVELOPE_INCOMPLETE", "No claviger-mac.", m -> m.remove("claviger-mac"));
    field("multi-with-hdr", "ENVELOPE_INCOMPLETE", "claviger", "1;multi;names=object");
    field("customer-with-key", "ENVELOPE_INCOMPLETE", "claviger-sse", "customer");
    ObjectByHand customer = new ObjectByHand();
    customer.sse = "customer";
    customer.single(20);
    customer.metadata.put("claviger-bk", customer.metadata.get("claviger-dek"));
    no("customer-with-bk", "ENVELOPE_INCOMPLETE", "A bucket key beside a customer's.", customer);
    ObjectByHand stamped = new ObjectByHand();
    stamped.sse = "customer";
    stamped.single(20);
    stamped.metadata.put("claviger-stamp", "1");
    no("customer-with-stamp", "ENVELOPE_INCOMPLETE", "A stamp beside a customer's key.", stamped);
    ObjectByHand none = new ObjectByHand();
    none.names = "none";
    none.single(20);
    none.metadata.put("claviger-bk", none.metadata.get("claviger-dek"));
    no("names-none-with-bk", "ENVELOPE_INCOMPLETE", "A bucket key, no bucket bound.", none);
  }

  private void wrongFields() {
    field("envelope-version", "UNKNOWN_VERSION", "claviger", "2;single;names=object");
    field("main-short", "ENVELOPE_MALFORMED", "claviger", "1;single");
    field("main-shape", "ENVELOPE_MALFORMED", "claviger", "1;double;names=object");
    field("main-names", "ENVELOPE_MALFORMED", "claviger", "1;single;names=Object");
    field("main-more", "ENVELOPE_MALFORMED", "claviger", "1;single;names=object;");
    field("unknown-field", "ENVELOPE_MALFORMED", "claviger-new", "x");
    field("sse-word", "ENVELOPE_MALFORMED", "claviger-sse", "aes256");
    field("doubled-header", "ENVELOPE_MALFORMED", "claviger-sse", "AES256,AES256");
    field("key-lower-case", "ENVELOPE_MALFORMED", "claviger-key", "a%2f");
    field("key-encoded-for-nothing", "ENVELOPE_MALFORMED", "claviger-key", "%61");
    field("key-cut", "ENVELOPE_MALFORMED", "claviger-key", "a%2");
    field("key-not-utf8", "ENVELOPE_MALFORMED", "claviger-key", "%C3");
    field("key-empty", "ENVELOPE_MALFORMED", "claviger-key", "");
    field("dek-unpadded", "ENVELOPE_MALFORMED", "claviger-dek", "AA");
    field("dek-trailing-bits", "ENVELOPE_MALFORMED", "claviger-dek", "AB==");
    field("dek-url-alphabet", "ENVELOPE_MALFORMED", "claviger-dek", "A-A=");
    field("dek-with-blank", "ENVELOPE_MALFORMED", "claviger-dek", "AA ==");
    field("hdr-length", "ENVELOPE_MALFORMED", "claviger-hdr", "AAAA");
    field("mac-length", "ENVELOPE_MALFORMED", "claviger-mac", base64(new byte[96]));
    field("mac-longer", "ENVELOPE_MALFORMED", "claviger-mac", base64(new byte[113]));
    field("stamp-empty", "ENVELOPE_MALFORMED", "claviger-stamp", "");
    field("stamp-long", "ENVELOPE_MALFORMED", "claviger-stamp", "s".repeat(65));
    field("stamp-blank", "ENVELOPE_MALFORMED", "claviger-stamp", "1 2");
    field("not-ascii", "ENVELOPE_MALFORMED", "claviger-from", "ä");
    field("control-character", "ENVELOPE_MALFORMED", "claviger-from", "\u0007");
    field(
        "from-another",
        "ENVELOPE_MALFORMED",
        "claviger-from",
        base64(utf8("vectors\0another/key")));
    field("too-long", "TOO_LARGE", "claviger-from", base64(new byte[900]));
  }

  private void contexts() {
    Map<String, String> wrong =
        Map.ofEntries(
            Map.entry("ctx-empty", "{}"),
            Map.entry("ctx-blank", "{\"tenant\": \"a\"}"),
            Map.entry("ctx-unsorted", "{\"b\":\"\",\"a\":\"\"}"),
            Map.entry("ctx-duplicate", "{\"a\":\"\",\"a\":\"\"}"),
            Map.entry("ctx-upper-case-escape", "{\"a\":\"\\u001F\"}"),
            Map.entry("ctx-long-escape", "{\"a\":\"\\u000a\"}"),
            Map.entry("ctx-escaped-slash", "{\"a\":\"\\/\"}"),
            Map.entry("ctx-half-surrogate", "{\"a\":\"\\ud800\"}"),
            Map.entry("ctx-number", "{\"a\":1}"),
            Map.entry("ctx-nested", "{\"a\":{}}"),
            Map.entry("ctx-trailing", "{\"a\":\"\"}}"),
            Map.entry("ctx-list", "[]"),
            Map.entry("ctx-utf16-order", "{\"\uD83D\uDE00\":\"\",\"\uFFFD\":\"\"}"),
            Map.entry("ctx-reserved-name", "{\"claviger:use\":\"object\"}"));
    wrong.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(
            e ->
                changed(
                    e.getKey(),
                    "ENVELOPE_MALFORMED",
                    "claviger-ctx holds " + e.getValue(),
                    m -> m.put("claviger-ctx", base64(utf8(e.getValue())))));
    changed(
        "ctx-too-long",
        "TOO_LARGE",
        "claviger-ctx holds 301 bytes.",
        m -> m.put("claviger-ctx", base64(utf8("{\"a\":\"" + "x".repeat(293) + "\"}"))));
  }

  private void readers() {
    ObjectByHand fewer = new ObjectByHand();
    fewer.names = "bucket";
    fewer.single(20);
    fewer.read.put("names", "object");
    no("names-not-bound", "NAMES_NOT_BOUND", "Only the bucket is bound, both demanded.", fewer);
    ObjectByHand context = new ObjectByHand();
    context.context = Map.of("tenant", "a");
    context.single(20);
    context.read.putObject("context").put("tenant", "b");
    no("context-differs", "CONTEXT", "The reader states another context.", context);
    ObjectByHand empty = new ObjectByHand();
    empty.context = Map.of("tenant", "a");
    empty.single(20);
    empty.read.putObject("context");
    no("context-empty", "CONTEXT", "The reader states an empty context.", empty);
    ObjectByHand untrusted = new ObjectByHand().single(20);
    untrusted.read.putArray("trustedKeyIds").add("another");
    no("untrusted-key", "UNTRUSTED_KEY", "The reader follows another key only.", untrusted);
    ObjectByHand missing = new ObjectByHand();
    missing.sse = "customer";
    missing.single(20);
    missing.read.putNull("customerKey");
    no("customers-key-missing", "CUSTOMER_KEY", "Opened without the customer's key.", missing);
    ObjectByHand surplus = new ObjectByHand().single(20);
    surplus.read.put("customerKey", ByHand.hex(ObjectByHand.CUSTOMER));
    no("customers-key-surplus", "CUSTOMER_KEY", "Opened with a customer's key.", surplus);
    ObjectByHand wrong = new ObjectByHand();
    wrong.sse = "customer";
    wrong.single(20);
    wrong.read.put("customerKey", ByHand.hex(new byte[32]));
    no("customers-key-wrong", "KEY_WRAP", "Opened with another customer's key.", wrong);
  }

  private void wraps() {
    ObjectByHand moved = new ObjectByHand().single(20);
    moved.read.put("key", "another/key");
    no("another-name", "NOT_AUTHENTIC", "Found under another key.", moved);
    ObjectByHand copied = new ObjectByHand().single(20);
    copied.read.put("bucket", "another");
    no("another-bucket", "NOT_AUTHENTIC", "Found in another bucket.", copied);
    field("sse-changed", "NOT_AUTHENTIC", "claviger-sse", "aws:kms");
    field("names-lowered", "NOT_AUTHENTIC", "claviger", "1;single;names=none");
    all.get(all.size() - 1).withObject("/read").put("names", "none");
    field("ctx-changed", "NOT_AUTHENTIC", "claviger-ctx", base64(utf8("{\"tenant\":\"b\"}")));
    changed("ctx-removed", "NOT_AUTHENTIC", "claviger-ctx removed.", m -> m.remove("claviger-ctx"));
    ObjectByHand other = new ObjectByHand();
    other.key = "another/key";
    other.single(20);
    ObjectByHand swapped = new ObjectByHand().single(20);
    swapped.metadata.put("claviger-dek", other.metadata.get("claviger-dek"));
    no("dek-of-another", "NOT_AUTHENTIC", "The wrapped data key of another object.", swapped);
    ObjectByHand elsewhere = new ObjectByHand();
    elsewhere.withBucketKey = true;
    elsewhere.bucketKeyOf = "another";
    no(
        "bk-of-another-bucket",
        "NOT_AUTHENTIC",
        "A bucket key of another bucket.",
        elsewhere.single(20));
    ObjectByHand foreign = new ObjectByHand();
    foreign.withBucketKey = true;
    foreign.context = Map.of("tenant", "a");
    foreign.bucketKeyContext = Map.of();
    no(
        "bk-of-another-context",
        "NOT_AUTHENTIC",
        "A bucket key without the context of the object.",
        foreign.single(20));
    ObjectByHand dropped = new ObjectByHand();
    dropped.withBucketKey = true;
    dropped.single(20);
    dropped.metadata.remove("claviger-bk");
    no("bk-removed", "NOT_AUTHENTIC", "claviger-bk removed.", dropped);
  }
}
