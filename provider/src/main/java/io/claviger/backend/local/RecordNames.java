package io.claviger.backend.local;

import io.claviger.backend.keyring.EncodedIds;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsException;

/** Names of record files: the key's id, URL-encoded, a leading dot too, and {@code .key}. */
final class RecordNames {
  private static final String SUFFIX = ".key";
  private static final int MAX_BYTES = 200;

  private RecordNames() {}

  static String of(String keyId) {
    String encoded = EncodedIds.encode(keyId);
    String name = encoded.startsWith(".") ? "%2E" + encoded.substring(1) : encoded;
    if (name.length() > MAX_BYTES) {
      throw KmsException.of(
          ErrorKind.INVALID_REQUEST,
          "key id \"%s\" takes %d bytes as a file name, at most %d. Choose a shorter one"
              .formatted(keyId, name.length(), MAX_BYTES));
    }
    return name + SUFFIX;
  }

  static boolean isRecord(String fileName) {
    return fileName.endsWith(SUFFIX) && !fileName.startsWith(".");
  }

  static String idOf(String fileName) {
    String name = fileName.substring(0, fileName.length() - SUFFIX.length());
    return EncodedIds.decode(name);
  }
}
