package io.claviger.vectors;

import static io.claviger.vectors.ByHand.bytes;
import static io.claviger.vectors.ByHand.expand;
import static io.claviger.vectors.ByHand.gcm;
import static io.claviger.vectors.ByHand.hex;
import static io.claviger.vectors.ByHand.hmac;
import static io.claviger.vectors.ByHand.number;
import static io.claviger.vectors.ByHand.utf8;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A key wrap of format 2.4 with every value on the way. */
final class WrapByHand {
  final byte[] blob;
  final ObjectNode json = JsonNodeFactory.instance.objectNode();

  /** A wrap without a version. */
  WrapByHand(String label, byte[] wrappingKey, byte[] context, byte[] plain) {
    this(label, wrappingKey, null, 0, null, context, plain);
  }

  /** A wrap under a version of a master key. */
  WrapByHand(
      String label,
      byte[] wrappingKey,
      String keyId,
      int version,
      byte[] versionId,
      byte[] context,
      byte[] plain) {
    byte[] place = keyId == null ? new byte[0] : bytes(number(4, version), versionId);
    byte[] salt = ByHand.fixed("salt of " + label + hex(context), 32);
    byte[] okm = expand("HmacSHA256", hmac("HmacSHA256", salt, wrappingKey), utf8(label), 44);
    byte[] key = Arrays.copyOf(okm, 32);
    byte[] iv = Arrays.copyOfRange(okm, 32, 44);
    byte[] who =
        keyId == null ? new byte[0] : bytes(place, number(4, utf8(keyId).length), utf8(keyId));
    byte[] aad = bytes(utf8(label), new byte[1], who, context);
    blob = bytes(new byte[] {1}, place, salt, gcm(key, iv, aad, plain));
    json.put("label", label).put("wrappingKey", hex(wrappingKey));
    if (keyId != null) {
      json.put("keyId", keyId).put("version", version).put("versionId", hex(versionId));
    }
    json.put("context", new String(context, StandardCharsets.UTF_8))
        .put("salt", hex(salt))
        .put("okm", hex(okm))
        .put("aad", hex(aad))
        .put("plaintext", hex(plain))
        .put("blob", hex(blob));
  }
}
