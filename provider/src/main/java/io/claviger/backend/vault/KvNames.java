package io.claviger.backend.vault;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** Names of records in KV: the key's id, URL-encoded, so that every id is one plain segment. */
final class KvNames {
  private KvNames() {}

  static String of(String keyId) {
    String encoded = URLEncoder.encode(keyId, StandardCharsets.UTF_8).replace("..", ".%2E");
    return encoded.equals(".") ? "%2E" : encoded;
  }

  /** Whether an id, which may come from anywhere, is one plain segment of a path as it is. */
  static boolean isPlain(String keyId) {
    return !keyId.isEmpty()
        && keyId.indexOf('/') < 0
        && keyId.indexOf('\\') < 0
        && !keyId.equals(".")
        && !keyId.equals("..");
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
