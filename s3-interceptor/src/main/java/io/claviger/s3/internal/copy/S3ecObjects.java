package io.claviger.s3.internal.copy;

import io.claviger.encryption.S3EncryptionClientKeys;
import io.claviger.s3.api.ClavigerS3Exception;
import io.claviger.s3.api.ClavigerS3Exception.Failure;
import java.util.Map;

/** Objects of the Amazon S3 Encryption Client where they are not read: as sources of copies. */
final class S3ecObjects {
  private S3ecObjects() {}

  /**
   * Refuses to take ciphertext of that client for plaintext.
   *
   * @throws ClavigerS3Exception UNSUPPORTED if the object of {@code metadata} is one
   */
  static void requireNone(String where, Map<String, String> metadata, String what) {
    if (S3EncryptionClientKeys.wrote(metadata)) {
      throw ClavigerS3Exception.of(
          Failure.UNSUPPORTED,
          where,
          "the Amazon S3 Encryption Client wrote %s, and copying would seal its ciphertext. Read it and put it again"
              .formatted(what));
    }
  }
}
