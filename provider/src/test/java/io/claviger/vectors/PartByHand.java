package io.claviger.vectors;

import static io.claviger.vectors.ByHand.bytes;
import static io.claviger.vectors.ByHand.expand;
import static io.claviger.vectors.ByHand.hex;
import static io.claviger.vectors.ByHand.keystream;
import static io.claviger.vectors.ByHand.number;
import static io.claviger.vectors.ByHand.sha256;
import static io.claviger.vectors.ByHand.utf8;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;

/** A part of format 4, sealed by hand, with every value on the way. */
final class PartByHand {
  static final int SEGMENT_PLAIN = 65_536;
  static final int SEGMENT_STORED = 65_568;
  static final int PROLOGUE = 98;
  static final long UNKNOWN = -1;

  /** Longer pieces stand in the files as SHA-256 only. */
  static final int MOST_HEX_BYTES = 700;

  private static final byte[] PARAMETERS = {0, 0, 0, 1, 0, 0x20, 0, 0, 0, 0x20};

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
    byte[] iv = bytes(keystream(seed, 0), keystream(seed, 1));
    byte[] headerTag = derive(dataKey, iv, utf8("HEADER_TAG:"), aad, 32);
    byte[] messageKey = derive(dataKey, iv, utf8("MESSAGE_KEY:"), aad, 48);
    byte[] segmentKey = derive(messageKey, iv, bytes(utf8("DEK:"), new byte[8]), aad, 32);
    hint = bytes(iv, headerTag);
    byte[] out = bytes(preamble, PARAMETERS, hint);
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
        .put("floeAad", hex(aad))
        .put("floeIv", hex(iv))
        .put("headerTag", hex(headerTag))
        .put("messageKey", hex(messageKey))
        .put("segmentKey", hex(segmentKey));
    ArrayNode segments = json.putArray("segments");
    int count = Math.max(1, (plainBytes + SEGMENT_PLAIN - 1) / SEGMENT_PLAIN);
    for (int k = 0; k < count; k++) {
      boolean lastSegment = k == count - 1;
      byte[] segmentPlain =
          Arrays.copyOfRange(
              plain, k * SEGMENT_PLAIN, Math.min(plainBytes, (k + 1) * SEGMENT_PLAIN));
      byte[] segmentIv = Arrays.copyOf(keystream(seed, 2 + k), 12);
      byte[] segmentAad = bytes(number(8, k), new byte[] {(byte) (lastSegment ? 1 : 0)});
      byte[] mark = number(4, lastSegment ? segmentPlain.length + 32 : -1);
      byte[] sealed = ByHand.gcm(segmentKey, segmentIv, segmentAad, segmentPlain);
      byte[] segment = bytes(mark, segmentIv, sealed);
      segments
          .addObject()
          .put("iv", hex(segmentIv))
          .put("aad", hex(segmentAad))
          .put("bytes", segment.length)
          .put("sha256", sha256(segment));
      out = bytes(out, segment);
    }
    stored = out;
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

  private static byte[] derive(byte[] key, byte[] iv, byte[] purpose, byte[] aad, int length) {
    return expand("HmacSHA384", key, bytes(PARAMETERS, iv, purpose, aad), length);
  }
}
