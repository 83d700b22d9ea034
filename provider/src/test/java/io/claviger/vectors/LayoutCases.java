package io.claviger.vectors;

import static io.claviger.vectors.ByHand.bytes;
import static io.claviger.vectors.ByHand.fixed;
import static io.claviger.vectors.ByHand.hex;
import static io.claviger.vectors.ByHand.number;
import static io.claviger.vectors.ByHand.utf8;
import static io.claviger.vectors.PartByHand.UNKNOWN;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/**
 * What headers alone prove of an object of several parts (format 7.2): six parts of 6 MiB and a
 * closing part, of which a reader has read some.
 */
final class LayoutCases {
  private static final long SIX_MIB = 6L << 20;
  private static final int SEGMENT_PLAIN = PartByHand.SEGMENT_PLAIN;
  private static final long PLACES = 98 + SIX_MIB + 32 * (SIX_MIB / SEGMENT_PLAIN);
  private static final long EMPTY_PART = 130;
  private static final long WHOLE = 6 * SIX_MIB;

  /** The end of the object when each part is listed with 5 MiB at CompleteMultipartUpload. */
  private static final long LISTED = 6 * (5L << 20);

  private static final byte[] DATA_KEY = fixed("data key of a layout", 32);

  private final List<ObjectNode> all = new ArrayList<>();

  static List<ObjectNode> all() {
    LayoutCases cases = new LayoutCases();
    cases.proved();
    cases.unproved();
    cases.closingPartsThatContradict();
    cases.headersThatDoNotFit();
    return cases.all;
  }

  /** Headers in the order in which a reader reads them. */
  private static final class Headers {
    final ObjectNode json = JsonNodeFactory.instance.objectNode();

    Headers(long storedBytes) {
      json.put("dataKey", hex(DATA_KEY)).put("storedBytes", storedBytes).putArray("headers");
    }

    Headers add(long storedOffset, int number, boolean last, long offset, long plainBytes) {
      byte[] preamble =
          bytes(
              utf8("CLVG"),
              new byte[] {1, (byte) (last ? 1 : 0)},
              number(2, number),
              number(8, plainBytes),
              number(8, offset));
      byte[] aad = bytes(utf8("io.claviger/object/v1"), new byte[1], preamble);
      byte[] header = FloeByHand.header(DATA_KEY, fixed("IV of header " + number, 32), aad);
      json.withArray("headers")
          .addObject()
          .put("storedOffset", storedOffset)
          .put("prologue", hex(bytes(preamble, header)));
      return this;
    }

    /** A part of 6 MiB at its place. */
    Headers part(int number, boolean statesOffset) {
      long offset = statesOffset || number == 1 ? (number - 1) * SIX_MIB : UNKNOWN;
      return add((number - 1) * PLACES, number, false, offset, SIX_MIB);
    }
  }

  /** The closing part of the six, which states {@code offset}. */
  private static Headers closedBy(long offset) {
    return new Headers(6 * PLACES + EMPTY_PART).add(6 * PLACES, 7, true, offset, 0);
  }

  private void add(String name, String about, String outcome, Headers headers) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("case", "layout-" + name).put("about", about).put("kind", "layout");
    json.put("outcome", outcome);
    json.setAll(headers.json);
    all.add(json);
  }

  private void ok(String name, String about, Headers headers, long plainBytes, int parts) {
    headers.json.putObject("proved").put("plainBytes", plainBytes).put("parts", parts);
    add(name, about, "ok", headers);
  }

  private void open(String name, String about, Headers headers) {
    headers.json.putNull("proved");
    add(name, about, "ok", headers);
  }

  private void proved() {
    ok(
        "closing",
        "The part before the closing part states its offset.",
        closedBy(WHOLE).part(6, true),
        WHOLE,
        6);
    ok(
        "closing-unknown",
        "The closing part states nothing, the part before it does.",
        closedBy(UNKNOWN).part(6, true),
        WHOLE,
        6);
    ok(
        "closing-backward",
        "Parts 5 and 6 state nothing: part 4 does.",
        closedBy(UNKNOWN).part(6, false).part(5, false).part(4, true),
        WHOLE,
        6);
    Headers all = closedBy(WHOLE);
    for (int number = 6; number >= 1; number--) {
      all.part(number, false);
    }
    ok("closing-to-part-1", "No part states its offset but part 1.", all, WHOLE, 6);
    ok(
        "last-part",
        "A last part that is not empty states its offset: it needs no other.",
        new Headers(PLACES + EMPTY_PART + 5).add(PLACES, 2, true, SIX_MIB, 5),
        SIX_MIB + 5,
        2);
  }

  private void unproved() {
    open("closing-alone", "A closing part proves nothing by itself.", closedBy(WHOLE));
    open(
        "closing-before-unknown",
        "The part before the closing part states nothing, so it proves nothing yet.",
        closedBy(WHOLE).part(6, false));
    open(
        "closing-gap",
        "Part 5 states its offset, but part 6 was not read.",
        closedBy(WHOLE).part(5, true));
    open(
        "last-part-unknown",
        "A last part that states no offset, without the parts before it.",
        new Headers(PLACES + EMPTY_PART + 5).add(PLACES, 2, true, UNKNOWN, 5));
  }

  private void closingPartsThatContradict() {
    add(
        "closing-listed-smaller",
        "The store listed parts of 5 MiB when the upload was completed.",
        "OFFSET",
        closedBy(LISTED).part(6, true));
    add(
        "closing-one-more",
        "The closing part states a byte more than the parts have.",
        "OFFSET",
        closedBy(WHOLE + 1).part(6, true));
    add("closing-zero", "The closing part states offset 0.", "OFFSET", closedBy(0).part(6, true));
    add(
        "closing-listed-smaller-backward",
        "Parts 5 and 6 state nothing, part 4 shows that the closing part is wrong.",
        "OFFSET",
        closedBy(LISTED).part(6, false).part(5, false).part(4, true));
    Headers all = closedBy(LISTED);
    for (int number = 6; number >= 1; number--) {
      all.part(number, false);
    }
    add("closing-listed-smaller-to-part-1", "Only part 1 shows it.", "OFFSET", all);
    add(
        "closing-smaller-than-before",
        "The closing part states less than a part before it, though one between was not read.",
        "OFFSET",
        closedBy(5 * SIX_MIB - 1).part(5, true));
    add(
        "closing-more-than-stored",
        "The closing part states more bytes than are stored before it.",
        "OFFSET",
        closedBy(6 * PLACES - 6 * EMPTY_PART + 1));
  }

  private void headersThatDoNotFit() {
    add(
        "closing-behind-five",
        "Closing part 7 stands where part 5 ends: part 6 was taken out.",
        "PART_NUMBER",
        new Headers(5 * PLACES + EMPTY_PART).add(5 * PLACES, 7, true, UNKNOWN, 0).part(5, true));
    add(
        "closing-early",
        "Bytes follow the closing part.",
        "TRAILING_BYTES",
        new Headers(6 * PLACES + EMPTY_PART + 1).add(6 * PLACES, 7, true, WHOLE, 0));
    add(
        "not-last",
        "Nothing follows a part without the last flag.",
        "LAST_PART",
        new Headers(6 * PLACES).part(6, true));
    add(
        "behind-the-end",
        "The part needs a byte more than is stored.",
        "TRUNCATED",
        new Headers(6 * PLACES - 1).part(6, true));
    add(
        "two-of-one-number",
        "Part 3 at its place, and at that of part 4.",
        "PART_NUMBER",
        new Headers(6 * PLACES + EMPTY_PART)
            .part(3, true)
            .add(3 * PLACES, 3, false, 2 * SIX_MIB, SIX_MIB));
    Headers changed = closedBy(LISTED);
    String prologue = changed.json.get("headers").get(0).get("prologue").asText();
    ((ObjectNode) changed.json.get("headers").get(0))
        .put("prologue", prologue.replace(hex(number(8, LISTED)), hex(number(8, WHOLE))));
    add("closing-changed", "The store corrected the offset.", "HEADER_TAG", changed);
  }
}
