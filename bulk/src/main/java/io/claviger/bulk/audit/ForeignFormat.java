package io.claviger.bulk.audit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Map;
import java.util.TreeMap;

/** Formats of other encryption tools, by their first bytes; all else is plaintext. */
final class ForeignFormat {
  private static final Map<String, String> BEGINNINGS = new TreeMap<>();

  static {
    BEGINNINGS.put("age-encryption.org/", "age");
    BEGINNINGS.put("-----BEGIN AGE ENCRYPTED FILE-----", "age");
    BEGINNINGS.put("-----BEGIN PGP MESSAGE-----", "OpenPGP");
    BEGINNINGS.put("Salted__", "openssl enc");
    BEGINNINGS.put("PARE", "Parquet's own encryption with an encrypted footer");
    BEGINNINGS.put("RCLONE\0\0", "rclone crypt");
    BEGINNINGS.put("CLVM", "KMSEnvelope");
  }

  private ForeignFormat() {}

  static ObjectForm of(byte[] first) {
    String text = new String(first, ISO_8859_1);
    for (Map.Entry<String, String> each : BEGINNINGS.entrySet()) {
      if (text.startsWith(each.getKey())) {
        return ObjectForm.of(
            ObjectForm.Kind.FOREIGN,
            "begins as data of %s and has no envelope: Claviger did not seal it as an object"
                .formatted(each.getValue()));
      }
    }
    return ObjectForm.of(
        ObjectForm.Kind.PLAINTEXT,
        "nothing says that it is encrypted: it was stored without Claviger. Put it again through a sealing client");
  }
}
