package io.claviger.vectors;

import static io.claviger.vectors.PartByHand.UNKNOWN;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Bytes that a store owner changed (format 8). */
final class BadBodies {
  private static final int PREAMBLE = 24;

  private final List<ObjectNode> all = new ArrayList<>();

  static List<ObjectNode> all() {
    BadBodies cases = new BadBodies();
    cases.preambles();
    cases.headers();
    cases.segments();
    cases.ends();
    cases.parts();
    return cases.all;
  }

  private void no(String name, String outcome, String about, ObjectByHand object) {
    all.add(object.json(name, about, outcome));
  }

  private static ObjectByHand small() {
    return new ObjectByHand().single(20);
  }

  private void preambles() {
    no("wrong-magic", "WRONG_MAGIC", "CLVg.", small().patched(0, 3, (byte) 'g'));
    no("unknown-version", "UNKNOWN_VERSION", "Version 2.", small().patched(0, 4, (byte) 2));
    no("unknown-flags", "UNKNOWN_FLAGS", "Bit 1 set.", small().patched(0, 5, (byte) 3));
    no("part-number-0", "PART_NUMBER", "Part number 0.", small().patched(0, 7, (byte) 0));
    no(
        "part-number-10001",
        "PART_NUMBER",
        "Part number 10,001.",
        small().patched(0, 6, (byte) 0x27, (byte) 0x11));
    no(
        "part-too-large",
        "TOO_LARGE",
        "A plaintext length of one byte more than 5 GiB stored hold.",
        small().patched(0, 8, ByHand.number(8, 5_366_088_831L)));
    no(
        "part-length-negative",
        "TOO_LARGE",
        "A plaintext length with the highest bit set.",
        small().patched(0, 8, (byte) 0x80));
    no("offset-of-part-1", "OFFSET", "Part 1 at offset 1.", small().patched(0, 23, (byte) 1));
    no(
        "offset-unknown-of-part-1",
        "OFFSET",
        "Part 1 does not know its offset.",
        small().patched(0, 16, ByHand.number(8, UNKNOWN)));
    no("flag-changed", "HEADER_TAG", "The last flag cleared.", small().patched(0, 5, (byte) 0));
    no("length-changed", "HEADER_TAG", "21 bytes, it says.", small().patched(0, 15, (byte) 21));
  }

  private void headers() {
    no(
        "unknown-parameters",
        "UNKNOWN_PARAMETERS",
        "Segments of 4,096 bytes.",
        small().patched(0, PREAMBLE + 2, ByHand.number(4, 4_096)));
    no("iv-changed", "HEADER_TAG", "A bit of the FLOE IV.", small().flipped(0, PREAMBLE + 10));
    no("tag-changed", "HEADER_TAG", "A bit of the header tag.", small().flipped(0, PREAMBLE + 73));
    ObjectByHand other = new ObjectByHand();
    other.what = "another object";
    other.single(20);
    ObjectByHand swapped = small();
    swapped.pieces = List.of(ObjectByHand.other(other.parts.get(0).stored));
    no("body-of-another", "HEADER_TAG", "The bytes of another object of this size.", swapped);
    ObjectByHand hint = small();
    hint.metadata.put("claviger-hdr", other.metadata.get("claviger-hdr"));
    no("hint-of-another", "HEADER_TAG", "claviger-hdr of another object.", hint);
    ObjectByHand shorter = small();
    shorter.pieces = List.of(new ObjectByHand.Piece(0, 0, 149, null));
    no("cut-by-one", "HEADER_TAG", "One byte cut off: the size implies 19 bytes.", shorter);
  }

  private static ObjectByHand threeSegments() {
    return new ObjectByHand().single(150_000);
  }

  private static ObjectByHand ordered(int... segments) {
    ObjectByHand object = threeSegments();
    List<ObjectByHand.Piece> pieces = new ArrayList<>();
    pieces.add(new ObjectByHand.Piece(0, 0, PartByHand.PROLOGUE, null));
    for (int k : segments) {
      pieces.add(object.segment(0, k));
    }
    object.pieces = pieces;
    return object;
  }

  private void segments() {
    int begin = PartByHand.PROLOGUE;
    no("segment-changed", "SEGMENT", "A bit of the ciphertext.", small().flipped(0, begin + 16));
    no("segment-iv-changed", "SEGMENT", "A bit of the IV.", small().flipped(0, begin + 4));
    no("segment-tag-changed", "SEGMENT", "A bit of the tag.", small().flipped(0, 149));
    no(
        "segment-mark",
        "SEGMENT",
        "The length field says 53.",
        small().patched(0, begin + 3, (byte) 53));
    no(
        "segment-mark-not-last",
        "SEGMENT",
        "The length field of the last segment says not last.",
        small().patched(0, begin, ByHand.number(4, -1)));
    no(
        "segment-mark-last",
        "SEGMENT",
        "The length field of the first of three says last.",
        threeSegments().patched(0, begin, ByHand.number(4, 65_568)));
    no("segments-swapped", "SEGMENT", "Segments 1 and 0.", ordered(1, 0, 2));
    no("segment-doubled", "SEGMENT", "Segments 0, 0, 2.", ordered(0, 0, 2));
    no("segment-missing", "HEADER_TAG", "Segments 0 and 2: the size implies less.", ordered(0, 2));
  }

  private void ends() {
    for (int size : new int[] {0, 97, 98, 129}) {
      ObjectByHand cut = small();
      cut.pieces = size == 0 ? List.of() : List.of(new ObjectByHand.Piece(0, 0, size, null));
      no("cut-to-" + size, "LENGTH", "No part is stored in " + size + " bytes.", cut);
    }
    ObjectByHand between = threeSegments();
    between.pieces = List.of(new ObjectByHand.Piece(0, 0, 65_667, null));
    no("cut-to-65667", "LENGTH", "No part is stored in 65,667 bytes.", between);
    ObjectByHand broken = small();
    broken.announced = 150;
    broken.pieces = List.of(new ObjectByHand.Piece(0, 0, 149, null));
    no("cut-in-transit", "TRUNCATED", "150 bytes announced, 149 given.", broken);
    ObjectByHand early = small();
    early.announced = 150;
    early.pieces = List.of(new ObjectByHand.Piece(0, 0, 20, null));
    no("cut-in-the-preamble", "TRUNCATED", "150 bytes announced, 20 given.", early);
    ObjectByHand longer = small();
    longer.announced = 150;
    longer.pieces.add(ObjectByHand.other(new byte[1]));
    no("byte-appended", "TRAILING_BYTES", "150 bytes announced, 151 given.", longer);
    ObjectByHand several = twoParts();
    several.pieces.add(ObjectByHand.other(new byte[1]));
    no("byte-after-the-parts", "TRAILING_BYTES", "A byte after the last part.", several);
    ObjectByHand cut = twoParts();
    cut.pieces.set(1, new ObjectByHand.Piece(1, 0, 149, null));
    no("last-part-cut", "TRUNCATED", "The last part lacks a byte.", cut);
    ObjectByHand missing = twoParts();
    missing.pieces.remove(1);
    no("last-part-missing", "LAST_PART", "Part 1 of 2 alone, not marked as the last.", missing);
    ObjectByHand marked = new ObjectByHand().part(1, true, 0, 100).part(2, true, 100, 20);
    marked.seal("multi");
    no("last-flag-early", "TRAILING_BYTES", "Both parts are marked as the last.", marked);
    ObjectByHand single = twoParts();
    single.metadata.put("claviger", "1;single;names=object");
    single.metadata.put("claviger-hdr", ObjectByHand.base64(single.parts.get(0).hint));
    no("single-of-two-parts", "HEADER_TAG", "Two parts, and the envelope says one.", single);
  }

  private static ObjectByHand twoParts() {
    return new ObjectByHand().part(1, false, 0, 100).part(2, true, 100, 20).seal("multi");
  }

  private void parts() {
    ObjectByHand first = threeParts();
    first.pieces.remove(0);
    no("first-part-missing", "PART_NUMBER", "Parts 2 and 3.", first);
    ObjectByHand middle = threeParts();
    middle.pieces.remove(1);
    no("middle-part-missing", "PART_NUMBER", "Parts 1 and 3.", middle);
    ObjectByHand doubled = threeParts();
    doubled.pieces.add(1, doubled.whole(0));
    no("part-doubled", "PART_NUMBER", "Parts 1, 1, 2, 3.", doubled);
    ObjectByHand reordered = threeParts();
    Collections.swap(reordered.pieces, 0, 1);
    no("parts-reordered", "PART_NUMBER", "Parts 2, 1, 3.", reordered);
    ObjectByHand offset =
        new ObjectByHand().part(1, false, 0, 100).part(2, true, 99, 20).seal("multi");
    no("offset-contradicts", "OFFSET", "Part 2 says 99, part 1 has 100 bytes.", offset);
    no(
        "closing-part-contradicts",
        "OFFSET",
        "A closing part that says 149 behind parts of 100 and 50 bytes.",
        new ObjectByHand()
            .part(1, false, 0, 100)
            .part(2, false, 100, 50)
            .part(3, true, 149, 0)
            .seal("multi"));
    ObjectByHand foreign = threeParts();
    ObjectByHand other = new ObjectByHand();
    other.what = "another upload";
    other.part(2, false, 100, 50);
    foreign.pieces.set(1, ObjectByHand.other(other.parts.get(0).stored));
    no("part-of-another", "HEADER_TAG", "Part 2 of another object.", foreign);
  }

  private static ObjectByHand threeParts() {
    return new ObjectByHand()
        .part(1, false, 0, 100)
        .part(2, false, UNKNOWN, 50)
        .part(3, true, UNKNOWN, 20)
        .seal("multi");
  }
}
