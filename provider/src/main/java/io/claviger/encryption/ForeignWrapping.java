package io.claviger.encryption;

import io.claviger.engine.AesGcm;
import org.jspecify.annotations.Nullable;

/** How the Amazon S3 Encryption Client wraps the data key of an object. */
enum ForeignWrapping {
  AES(
      "AES/GCM",
      "02",
      AesGcm.IV_BYTES + 32 + AesGcm.TAG_BYTES,
      AesGcm.IV_BYTES + 32 + AesGcm.TAG_BYTES),
  RSA("RSA-OAEP-SHA1", "22", 128, 2048),
  KMS("kms+context", "12", 1, 6144);

  /** Its name in version 2 of the message format. */
  final String name2;

  /** Its name in version 3. */
  final String name3;

  final int fewestBytes;
  final int mostBytes;

  ForeignWrapping(String name2, String name3, int fewestBytes, int mostBytes) {
    this.name2 = name2;
    this.name3 = name3;
    this.fewestBytes = fewestBytes;
    this.mostBytes = mostBytes;
  }

  /** Returns the wrapping of that name, null for one that is not read here. */
  static @Nullable ForeignWrapping named(String name, boolean version3) {
    for (ForeignWrapping wrapping : values()) {
      if (name.equals(version3 ? wrapping.name3 : wrapping.name2)) {
        return wrapping;
      }
    }
    return null;
  }
}
