package io.claviger.vectors;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** User metadata and headers as stores give them (format 3.1). */
final class MetadataCases {
  private static final Map<String, String> SENT =
      Map.of(
          "metadata", "{\"author\":\"Zo?\",\"owner\":\"alice\"}",
          "Content-Type", "text/html;charset=utf-8",
          "Content-Encoding", "gzip",
          "Content-Disposition", "attachment;filename=\"A B.txt\"",
          "Content-Language", "de,en",
          "Cache-Control", "max-age=60,private",
          "Expires", "784111777");

  private final List<ObjectNode> all = new ArrayList<>();

  static List<ObjectNode> all() {
    MetadataCases cases = new MetadataCases();
    cases.good();
    cases.changed();
    return cases.all;
  }

  private void ok(String name, String about, ObjectByHand object) {
    all.add(object.json("metadata-" + name, about, "ok"));
  }

  private void no(String name, String about, ObjectByHand object) {
    all.add(object.json("metadata-" + name, about, "METADATA"));
  }

  private static ObjectByHand sealed() {
    ObjectByHand object = new ObjectByHand();
    SENT.forEach(object::sent);
    object.single(20);
    object.metadata.put("owner", "alice");
    object.metadata.put("author", "Zoë");
    return object;
  }

  private static ObjectByHand given(Map<String, String> others) {
    ObjectByHand object = sealed();
    Map<String, String> headers =
        Map.of(
            "Content-Type", "text/html;charset=utf-8",
            "Content-Encoding", "gzip",
            "Content-Disposition", "attachment;filename=\"A B.txt\"",
            "Content-Language", "de,en",
            "Cache-Control", "max-age=60,private",
            "Expires", "Sun, 06 Nov 1994 08:49:37 GMT");
    TagsByHand.COVERED.forEach(
        name -> {
          String value = others.getOrDefault(name, headers.getOrDefault(name, ""));
          if (!value.isEmpty()) {
            object.given(name, value);
          }
        });
    return object;
  }

  private void good() {
    ok("all", "User metadata and every covered header.", given(Map.of()));
    ok(
        "blanks-and-case",
        "The same with blanks and in another case.",
        given(
            Map.of(
                "Content-Type", "Text/HTML; charset=UTF-8",
                "Content-Encoding", "gzip, aws-chunked",
                "Content-Disposition", " attachment;  filename = \"A  B.txt\" ",
                "Content-Language", "de , EN",
                "Cache-Control", "Max-Age=60,\t private",
                "Expires", "1994-11-06T08:49:37Z")));
    for (String author :
        List.of("Zo?", "Zo??", "Zo\u00c3\u00ab", "=?UTF-8?B?Wm/Dqw==?=", "=?utf-8?q?Zo=C3=AB?=")) {
      ObjectByHand object = given(Map.of());
      object.metadata.put("author", author);
      ok("author-" + (all.size() - 1), "\"Zo\u00eb\" comes back as \"" + author + "\".", object);
    }
    ObjectByHand words = new ObjectByHand();
    words.sent("metadata", "{\"a\":\"one two\",\"b\":\"=?x?B?!?=\",\"c\":\"a?b?c\"}").single(20);
    words.metadata.put("a", "=?UTF-8?Q?one_?= =?UTF-8?B?dHdv?=");
    words.metadata.put("b", "=?x?B?!?=");
    words.metadata.put("c", "a\u00e4\u00f6b\u0001\u007f?c");
    ok("words", "Several encoded words; one that is none; runs of other characters.", words);
    ObjectByHand doubled = new ObjectByHand();
    doubled.sent("metadata", "{\"a\":\"1,2,3\",\"empty\":\"\"}").single(20);
    doubled.given("X-Amz-Meta-A", "1").given("x-amz-meta-a", " 2, 3").given("x-amz-meta-empty", "");
    ok("doubled", "A name that is there twice, in another case.", doubled);
    ok(
        "not-sent",
        "Headers that the writer did not send and the store adds.",
        new ObjectByHand()
            .single(20)
            .given("Content-Type", "binary/octet-stream")
            .given("Content-Encoding", "aws-chunked")
            .given("Cache-Control", "no-cache")
            .given("Expires", "0")
            .given("Content-Language", "en")
            .given("Content-Disposition", "inline"));
    ObjectByHand stamped = new ObjectByHand().single(20);
    stamped.metadata.put("claviger-stamp", "0-9.version_of~KEY");
    ok("stamp", "A stamp beside the wrapped data key.", stamped);
    ok(
        "expires-text",
        "An Expires that is no date.",
        new ObjectByHand()
            .sent("Expires", "soon, maybe")
            .single(20)
            .given("Expires", "soon, maybe"));
  }

  private void changed() {
    ObjectByHand added = given(Map.of());
    added.metadata.put("role", "admin");
    no("added", "User metadata that the writer did not send.", added);
    ObjectByHand changed = given(Map.of());
    changed.metadata.put("owner", "mallory");
    no("changed", "owner=mallory.", changed);
    ObjectByHand removed = given(Map.of());
    removed.metadata.remove("owner");
    no("removed", "User metadata that is gone.", removed);
    ObjectByHand asked = given(Map.of());
    asked.metadata.put("owner", "?");
    no("question-mark", "A value replaced by a question mark.", asked);
    ObjectByHand first = new ObjectByHand().single(20);
    first.metadata.put("owner", "mallory");
    no("first", "User metadata beside an object that has none.", first);
    Map<String, String> others =
        Map.of(
            "Content-Type", "text/plain",
            "Content-Encoding", "br",
            "Content-Disposition", "attachment;filename=\"a b.txt\"",
            "Content-Language", "de",
            "Cache-Control", "max-age=61,private",
            "Expires", "Sun, 06 Nov 1994 08:49:38 GMT");
    TagsByHand.COVERED.stream()
        .skip(1)
        .forEach(
            name -> {
              String file = name.toLowerCase(java.util.Locale.ROOT);
              no(file + "-changed", "Another " + name, given(Map.of(name, others.get(name))));
              no(file + "-removed", name + " is gone.", given(Map.of(name, "")));
            });
    no(
        "content-encoding-added",
        "gzip, where the writer sent no Content-Encoding.",
        new ObjectByHand().single(20).given("Content-Encoding", "gzip"));
    ObjectByHand other = new ObjectByHand();
    other.what = "another object";
    other.single(20);
    ObjectByHand swapped = new ObjectByHand().single(20);
    swapped.metadata.put("claviger-mac", other.metadata.get("claviger-mac"));
    no("tags-of-another", "The tags of another data key.", swapped);
  }
}
