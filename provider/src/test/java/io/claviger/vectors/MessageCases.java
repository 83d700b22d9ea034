package io.claviger.vectors;

import static io.claviger.vectors.ByHand.bytes;
import static io.claviger.vectors.ByHand.number;
import static io.claviger.vectors.ByHand.utf8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Messages of {@code KMSEnvelope} (format 13). */
final class MessageCases {
  private final List<ObjectNode> all = new ArrayList<>();

  static List<ObjectNode> all() {
    MessageCases cases = new MessageCases();
    cases.good();
    cases.prologues();
    cases.keysAndHeaders();
    cases.segments();
    return cases.all;
  }

  private void ok(String name, String about, MessageByHand message) {
    all.add(message.json("message-" + name, about, "ok"));
  }

  private void no(String name, String outcome, String about, MessageByHand message) {
    all.add(message.json("message-" + name, about, outcome));
  }

  private static MessageByHand small() {
    return new MessageByHand(20, Map.of("tenant", "a"), utf8("name"));
  }

  /** Has the data key of {@link #small}. */
  private static MessageByHand second() {
    return new MessageByHand(21, Map.of("tenant", "a"), utf8("name"), 20);
  }

  private static MessageByHand threeSegments() {
    return new MessageByHand(150_000);
  }

  private void good() {
    ok("empty", "No plaintext: one empty last segment.", new MessageByHand(0));
    ok("one-byte", "One byte.", new MessageByHand(1));
    ok("segment-less-one", "65,535 bytes.", new MessageByHand(65_535));
    ok("segment", "65,536 bytes: one full last segment.", new MessageByHand(65_536));
    ok("segment-and-one", "65,537 bytes: two segments.", new MessageByHand(65_537));
    ok("three-segments", "150,000 bytes.", threeSegments());
    ok("same-key", "Another message under the data key of \"bound\".", second());
    ok("bound", "A context and associated data.", small());
  }

  private void prologues() {
    no("wrong-magic", "WRONG_MAGIC", "CLVG, as objects begin.", small().patched(3, (byte) 'G'));
    no("unknown-version", "UNKNOWN_VERSION", "Version 2.", small().patched(4, (byte) 2));
    no("unknown-flags", "UNKNOWN_FLAGS", "Bit 0 set.", small().patched(5, (byte) 1));
    no("without-key", "LENGTH", "A data key of no bytes.", small().patched(6, number(2, 0)));
    no("nothing", "TRUNCATED", "No bytes at all.", small().cut(0));
    no("cut-magic", "TRUNCATED", "3 bytes.", small().cut(3));
    no("cut-key", "TRUNCATED", "Ends in the wrapped data key.", small().cut(50));
  }

  private void keysAndHeaders() {
    MessageByHand context = small();
    context.read.putObject("context").put("tenant", "b");
    no("another-context", "NOT_AUTHENTIC", "The reader states another context.", context);
    no("key-changed", "NOT_AUTHENTIC", "A bit of the data key.", small().flipped(60));
    MessageByHand associated = small();
    associated.read.put("associatedData", "");
    no("without-associated-data", "HEADER_TAG", "The reader gives no associated data.", associated);
    MessageByHand other = new MessageByHand(21, Map.of("tenant", "a"), utf8("name"));
    byte[] theirs = Arrays.copyOf(other.sealed, other.prologueBytes);
    no(
        "key-of-another",
        "HEADER_TAG",
        "The data key of another message.",
        small().patched(0, theirs));
    int header = small().prologueBytes;
    no(
        "unknown-parameters",
        "UNKNOWN_PARAMETERS",
        "Segments of 4,096 bytes.",
        small().patched(header + 2, number(4, 4_096)));
    no("iv-changed", "HEADER_TAG", "A bit of the FLOE IV.", small().flipped(header + 10));
    no("tag-changed", "HEADER_TAG", "A bit of the header tag.", small().flipped(header + 73));
    MessageByHand mixed = second();
    byte[] start = Arrays.copyOf(small().sealed, header + 74);
    no(
        "header-of-same-key",
        "SEGMENT",
        "The header of another message under the same data key.",
        mixed.patched(0, start));
    no("cut-header", "TRUNCATED", "Ends in the FLOE header.", small().cut(header + 73));
    no("only-header", "TRUNCATED", "Ends behind the FLOE header.", small().cut(header + 74));
  }

  private void segments() {
    MessageByHand three = threeSegments();
    int second = three.segment(1);
    no("segment-changed", "SEGMENT", "A bit of segment 1.", threeSegments().flipped(second + 99));
    no(
        "last-segment-changed",
        "SEGMENT",
        "A bit of the last tag.",
        threeSegments().flipped(three.sealed.length - 1));
    MessageByHand without = threeSegments();
    without.given =
        bytes(
            Arrays.copyOf(three.sealed, second),
            Arrays.copyOfRange(three.sealed, three.segment(2), three.sealed.length));
    no("segment-missing", "SEGMENT", "Segment 1 was taken out.", without);
    no(
        "cut-between",
        "TRUNCATED",
        "Ends between two segments.",
        threeSegments().cut(three.segment(2)));
    no("cut-segment", "TRUNCATED", "Ends in segment 1.", threeSegments().cut(second + 1_000));
    no(
        "cut-by-one",
        "TRUNCATED",
        "The last byte is missing.",
        threeSegments().cut(three.sealed.length - 1));
    no(
        "byte-appended",
        "TRAILING_BYTES",
        "One byte after the last segment.",
        threeSegments().cut(three.sealed.length + 1));
  }
}
