package io.claviger.vectors;

import static io.claviger.vectors.ByHand.bytes;
import static io.claviger.vectors.ByHand.hex;
import static io.claviger.vectors.ByHand.number;
import static io.claviger.vectors.ByHand.sha256;
import static io.claviger.vectors.ByHand.utf8;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** A part of format 4, sealed by hand, with every value on the way. */
final class PartByHand {
  static final int SEGMENT_PLAIN = 65_536;
  static final int SEGMENT_STORED = 65_568;
  static final int PROLOGUE = 98;
  static final long UNKNOWN = -1;

  /** Longer pieces stand in the files as SHA-256 only. */
  static final int MOST_HEX_BYTES = 700;

  final byte[] plain;
  final byte[] stored;
  final byte[] hint;
  final ObjectNode json = JsonNodeFactory.instance.objectNode();

  PartByHand(byte[] dataKey, byte[] seed, int number, boolean last, long offset, int plainBytes) {
    plain = plaintext(number, plainBytes);
    byte[] preamble =
        bytes(
            utf8("CLVG"),
            new byte[] {1, (byte) (last ? 1 : 0)},
            number(2, number),
            number(8, plainBytes),
            number(8, offset));
    byte[] aad = bytes(utf8("io.claviger/object/v1"), new byte[1], preamble);
    json.put("number", number).put("last", last);
    if (offset == UNKNOWN) {
      json.putNull("offset");
    } else {
      json.put("offset", offset);
    }
    json.put("plainBytes", plainBytes)
        .put("plainSha256", sha256(plain))
        .put("seed", hex(seed))
        .put("preamble", hex(preamble))
        .put("floeAad", hex(aad));
    FloeByHand floe = new FloeByHand(dataKey, seed, aad, plain, json);
    hint = floe.hint;
    stored = bytes(preamble, floe.message);
    json.put("bytes", stored.length).put("sha256", sha256(stored));
    if (stored.length <= MOST_HEX_BYTES) {
      json.put("hex", hex(stored));
    }
  }

  /** The plaintext of every part: a rule instead of bytes. */
  static byte[] plaintext(int number, int bytes) {
    byte[] plain = new byte[bytes];
    for (int i = 0; i < bytes; i++) {
      plain[i] = (byte) (31 * i + 17 * (i / 256) + number);
    }
    return plain;
  }

  /** Begin and end of segment {@code k} in the stored part. */
  int[] segment(int k) {
    int begin = PROLOGUE + k * SEGMENT_STORED;
    return new int[] {begin, Math.min(stored.length, begin + SEGMENT_STORED)};
  }
}
