package io.claviger.vectors;

import static io.claviger.vectors.ByHand.fixed;
import static io.claviger.vectors.ByHand.hex;
import static io.claviger.vectors.ByHand.utf8;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/** Key wraps alone (format 2.4). */
final class WrapCases {
  private static final String LOCAL = "io.claviger/wrap/local/v1";
  private static final byte[] CONTEXT = utf8("{\"claviger:use\":\"object\",\"tenant\":\"a\"}");

  private final List<ObjectNode> all = new ArrayList<>();

  static List<ObjectNode> all() {
    WrapCases cases = new WrapCases();
    cases.good();
    cases.bad();
    return cases.all;
  }

  private void add(
      String name, String about, String outcome, WrapByHand wrap, Consumer<ObjectNode> change) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("case", name).put("about", about).put("kind", "wrap").put("outcome", outcome);
    json.set("wrap", wrap.json);
    ObjectNode read = json.putObject("read");
    for (String field : List.of("label", "wrappingKey", "keyId", "context", "blob")) {
      if (wrap.json.has(field)) {
        read.set(field, wrap.json.get(field));
      }
    }
    change.accept(read);
    all.add(json);
  }

  private static WrapByHand plain(String label) {
    return new WrapByHand(label, fixed("wrapping key", 32), CONTEXT, fixed("data key", 32));
  }

  private static WrapByHand versioned(int length) {
    byte[] versionId = utf8("versionx");
    byte[] plain = fixed("data key", length);
    return new WrapByHand(
        LOCAL, fixed("wrapping key", 32), "orders/2026 ä", 3, versionId, CONTEXT, plain);
  }

  private void good() {
    Consumer<ObjectNode> nothing = read -> {};
    add("wrap-local", "Under version 3 of a master key: 93 bytes.", "ok", versioned(32), nothing);
    add("wrap-local-empty", "An empty message.", "ok", versioned(0), nothing);
    add("wrap-local-long", "A message of 300 bytes.", "ok", versioned(300), nothing);
    for (String use : List.of("bucket-key", "sse-c")) {
      String label = "io.claviger/wrap/" + use + "/v1";
      add("wrap-" + use, "Without a version: 81 bytes.", "ok", plain(label), nothing);
    }
  }

  private void no(String name, String about, Consumer<ObjectNode> change) {
    add(name, about, "KEY_WRAP", versioned(32), change);
  }

  private static byte[] changed(int at) {
    byte[] blob = versioned(32).blob.clone();
    blob[at] ^= 1;
    return blob;
  }

  private void bad() {
    no("wrap-version", "A wrap of version 0.", r -> r.put("blob", hex(changed(0))));
    no("wrap-place", "Another version number.", r -> r.put("blob", hex(changed(4))));
    no("wrap-place-id", "Another version id.", r -> r.put("blob", hex(changed(12))));
    no("wrap-salt", "A bit of the salt.", r -> r.put("blob", hex(changed(13))));
    no("wrap-ciphertext", "A bit of the ciphertext.", r -> r.put("blob", hex(changed(45))));
    no("wrap-tag", "A bit of the tag.", r -> r.put("blob", hex(changed(92))));
    for (int length : new int[] {0, 1, 60, 61, 92}) {
      byte[] cut = Arrays.copyOf(versioned(32).blob, length);
      no("wrap-cut-to-" + length, "Cut.", r -> r.put("blob", hex(cut)));
    }
    no("wrap-another-key", "Another wrapping key.", r -> r.put("wrappingKey", hex(new byte[32])));
    no("wrap-another-key-id", "The key id of another key.", r -> r.put("keyId", "orders/2025"));
    no("wrap-another-context", "Another context.", r -> r.put("context", "{}"));
    no(
        "wrap-another-label",
        "A wrap of another use.",
        r -> r.put("label", "io.claviger/wrap/bucket-key/v1"));
    no("wrap-without-version", "Read as one without a version.", r -> r.remove("keyId"));
  }
}
