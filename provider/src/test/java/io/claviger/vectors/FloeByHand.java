package io.claviger.vectors;

import static io.claviger.vectors.ByHand.bytes;
import static io.claviger.vectors.ByHand.expand;
import static io.claviger.vectors.ByHand.hex;
import static io.claviger.vectors.ByHand.keystream;
import static io.claviger.vectors.ByHand.number;
import static io.claviger.vectors.ByHand.sha256;
import static io.claviger.vectors.ByHand.utf8;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;

/** A FLOE message in segments of 65,568 bytes, sealed by hand, with every value on the way. */
final class FloeByHand {
  static final byte[] PARAMETERS = {0, 0, 0, 1, 0, 0x20, 0, 0, 0, 0x20};

  /** IV and header tag. */
  final byte[] hint;

  /** Header and segments. */
  final byte[] message;

  /** Seals {@code plain} and adds the values to {@code json}. */
  FloeByHand(byte[] dataKey, byte[] seed, byte[] aad, byte[] plain, ObjectNode json) {
    byte[] iv = bytes(keystream(seed, 0), keystream(seed, 1));
    byte[] headerTag = headerTag(dataKey, iv, aad);
    byte[] messageKey = derive(dataKey, iv, utf8("MESSAGE_KEY:"), aad, 48);
    byte[] segmentKey = derive(messageKey, iv, bytes(utf8("DEK:"), new byte[8]), aad, 32);
    hint = bytes(iv, headerTag);
    json.put("floeIv", hex(iv))
        .put("headerTag", hex(headerTag))
        .put("messageKey", hex(messageKey))
        .put("segmentKey", hex(segmentKey));
    ArrayNode segments = json.putArray("segments");
    byte[] out = bytes(PARAMETERS, hint);
    int size = PartByHand.SEGMENT_PLAIN;
    int count = Math.max(1, (plain.length + size - 1) / size);
    for (int k = 0; k < count; k++) {
      boolean last = k == count - 1;
      byte[] segmentPlain =
          Arrays.copyOfRange(plain, k * size, Math.min(plain.length, (k + 1) * size));
      byte[] segmentIv = Arrays.copyOf(keystream(seed, 2 + k), 12);
      byte[] segmentAad = bytes(number(8, k), new byte[] {(byte) (last ? 1 : 0)});
      byte[] segment = segment(segmentKey, segmentIv, segmentAad, segmentPlain);
      segments
          .addObject()
          .put("iv", hex(segmentIv))
          .put("aad", hex(segmentAad))
          .put("bytes", segment.length)
          .put("sha256", sha256(segment));
      out = bytes(out, segment);
    }
    message = out;
  }

  private static byte[] headerTag(byte[] dataKey, byte[] iv, byte[] aad) {
    return derive(dataKey, iv, utf8("HEADER_TAG:"), aad, 32);
  }

  /** Returns the header of a message, whose segments are nowhere. */
  static byte[] header(byte[] dataKey, byte[] iv, byte[] aad) {
    return bytes(PARAMETERS, iv, headerTag(dataKey, iv, aad));
  }

  /** Seals one segment; its associated data end with whether it is the last. */
  static byte[] segment(byte[] key, byte[] iv, byte[] aad, byte[] plain) {
    boolean last = aad[Long.BYTES] == 1;
    byte[] mark = number(4, last ? plain.length + 32 : -1);
    return bytes(mark, iv, ByHand.gcm(key, iv, aad, plain));
  }

  private static byte[] derive(byte[] key, byte[] iv, byte[] purpose, byte[] aad, int length) {
    return expand("HmacSHA384", key, bytes(PARAMETERS, iv, purpose, aad), length);
  }
}
