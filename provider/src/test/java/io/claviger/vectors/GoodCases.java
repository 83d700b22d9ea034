package io.claviger.vectors;

import static io.claviger.vectors.PartByHand.UNKNOWN;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Objects that open. */
final class GoodCases {
  private final List<ObjectNode> all = new ArrayList<>();

  static List<ObjectNode> all() {
    GoodCases cases = new GoodCases();
    cases.sizes();
    cases.keysAndNames();
    cases.severalParts();
    return cases.all;
  }

  private void ok(String name, String about, ObjectByHand object) {
    all.add(object.json(name, about, "ok"));
  }

  private void sizes() {
    ok(
        "empty",
        "An empty object: one empty last segment, 130 bytes.",
        new ObjectByHand().single(0));
    ok("one-byte", "One byte.", new ObjectByHand().single(1));
    ok("segment-less-one", "65,535 bytes.", new ObjectByHand().single(65_535));
    ok("segment", "65,536 bytes: one full last segment.", new ObjectByHand().single(65_536));
    ok("segment-and-one", "65,537 bytes: two segments.", new ObjectByHand().single(65_537));
    ok("three-segments", "150,000 bytes.", new ObjectByHand().single(150_000));
    ok("three-full-segments", "196,608 bytes.", new ObjectByHand().single(196_608));
  }

  private void keysAndNames() {
    ObjectByHand kms = new ObjectByHand();
    kms.sse = "aws:kms";
    kms.context =
        Map.of("tenant", "a \"b\"\\\n\u0001\u007f", "ärmel", "\uD83D\uDE00", "\uFFFD", "");
    kms.single(20);
    ok("context", "A context with escapes, sorted by UTF-8 bytes.", kms);
    ObjectByHand stated = new ObjectByHand();
    stated.context = Map.of("tenant", "a");
    stated.single(20);
    stated.read.putObject("context").put("tenant", "a");
    ok("context-stated", "The reader states the context that the object was sealed with.", stated);
    ObjectByHand bucketKey = new ObjectByHand();
    bucketKey.withBucketKey = true;
    ok("bucket-key", "A bucket key wraps the data key.", bucketKey.single(20));
    ObjectByHand bound = new ObjectByHand();
    bound.withBucketKey = true;
    bound.context = Map.of("tenant", "a");
    ok("bucket-key-context", "The bucket key has the caller's context too.", bound.single(20));
    ObjectByHand customer = new ObjectByHand();
    customer.sse = "customer";
    ok("customers-key", "The customer's key wraps the data key.", customer.single(20));
    ObjectByHand bucket = new ObjectByHand();
    bucket.names = "bucket";
    bucket.single(20);
    bucket.read.put("key", "another/key");
    ok("names-bucket", "Only the bucket is bound: any key of it opens.", bucket);
    ObjectByHand none = new ObjectByHand();
    none.names = "none";
    none.single(20);
    none.read.put("bucket", "another").put("key", "another/key");
    ok("names-none", "No name is bound.", none);
    ObjectByHand trusted = new ObjectByHand().single(20);
    trusted.read.putArray("trustedKeyIds").add("other").add(trusted.keyId);
    ok("trusted-key", "The master key is among those that the reader follows.", trusted);
    ObjectByHand moved = new ObjectByHand().single(20);
    moved.read.put("bucket", "elsewhere").put("key", "moved").put("acceptMoved", true);
    ok("accept-moved", "A reader that takes the name that the envelope records.", moved);
    ObjectByHand noName = new ObjectByHand().single(20);
    noName.metadata.remove("claviger-from");
    ok("without-from", "The name as sealed did not fit and is left out.", noName);
  }

  private void severalParts() {
    ok("parts-offsets-known", "Three parts, each knows its place.", threeParts(100, 65_636));
    ok(
        "parts-offsets-unknown",
        "Three parts sealed by writers that did not see the others.",
        threeParts(UNKNOWN, UNKNOWN));
    ok(
        "closing-part",
        "Two parts and an empty one that closes the object.",
        new ObjectByHand()
            .part(1, false, 0, 100)
            .part(2, false, 100, 50)
            .part(3, true, 150, 0)
            .seal("multi"));
    ok(
        "closing-part-offset-unknown",
        "The same, closed by a process that did not see the parts.",
        new ObjectByHand().part(1, false, 0, 100).part(2, true, UNKNOWN, 0).seal("multi"));
    ok(
        "one-part-multi",
        "An upload of one part.",
        new ObjectByHand().part(1, true, 0, 9).seal("multi"));
  }

  private static ObjectByHand threeParts(long second, long third) {
    return new ObjectByHand()
        .part(1, false, 0, 100)
        .part(2, false, second, 65_536)
        .part(3, true, third, 30)
        .seal("multi");
  }
}
