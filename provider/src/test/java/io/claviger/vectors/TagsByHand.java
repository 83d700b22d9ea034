package io.claviger.vectors;

import static io.claviger.vectors.ByHand.bytes;
import static io.claviger.vectors.ByHand.expand;
import static io.claviger.vectors.ByHand.hex;
import static io.claviger.vectors.ByHand.hmac;
import static io.claviger.vectors.ByHand.utf8;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Metadata tags (format 3.1) made by hand from canonical values. */
final class TagsByHand {
  /** In the order of the tags. */
  static final List<String> COVERED =
      List.of(
          "metadata",
          "Content-Type",
          "Content-Encoding",
          "Content-Disposition",
          "Content-Language",
          "Cache-Control",
          "Expires");

  final byte[] tags;
  final ObjectNode json = JsonNodeFactory.instance.objectNode();

  /**
   * @param canonical canonical values by name; a name that is missing was not sent
   */
  TagsByHand(byte[] dataKey, Map<String, String> canonical) {
    byte[] secret = hmac("HmacSHA256", new byte[32], dataKey);
    byte[] keys = expand("HmacSHA256", secret, utf8("io.claviger/metadata/v1"), 32 * 7);
    json.put("keys", hex(keys));
    ObjectNode values = json.putObject("canonical");
    byte[] all = new byte[0];
    for (int i = 0; i < COVERED.size(); i++) {
      String value = canonical.get(COVERED.get(i));
      byte[] message = value == null ? new byte[1] : bytes(new byte[] {1}, utf8(value));
      byte[] key = Arrays.copyOfRange(keys, 32 * i, 32 * i + 32);
      all = bytes(all, Arrays.copyOf(hmac("HmacSHA256", key, message), 16));
      values.put(COVERED.get(i), value);
    }
    tags = all;
    json.put("tags", hex(tags));
  }
}
