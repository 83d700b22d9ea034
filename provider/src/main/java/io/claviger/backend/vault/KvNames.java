package io.claviger.backend.vault;

import io.claviger.backend.keyring.EncodedIds;

/** Names of records in KV: the key's id, URL-encoded, so that every id is one plain segment. */
final class KvNames {
  private KvNames() {}

  static String of(String keyId) {
    String encoded = EncodedIds.encode(keyId).replace("..", ".%2E");
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
    return EncodedIds.decode(name);
  }
}
