package io.claviger.backend.vault;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** Names of records in KV: the key's id, URL-encoded, so that every id is one plain segment. */
final class KvNames {
  private KvNames() {}

  static String of(String keyId) {
    return URLEncoder.encode(keyId, StandardCharsets.UTF_8).replace("..", ".%2E");
  }

  static String idOf(String name) {
    if (name.indexOf('%') < 0 && name.indexOf('+') < 0) {
      return name;
    }
    try {
      return URLDecoder.decode(name, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return name; // no name that we write; no record opens by this id
    }
  }
}
