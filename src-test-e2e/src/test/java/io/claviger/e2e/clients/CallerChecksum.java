package io.claviger.e2e.clients;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;

/** What a caller says of the checksum of its bytes. */
enum CallerChecksum {
  NONE,
  /** Asks the SDK for one. */
  CRC32_ASKED,
  SHA256_ASKED,
  /** Has computed one, of the plaintext. */
  SHA256_GIVEN,
  MD5_GIVEN;

  PutObjectRequest request(String bucket, String key, byte[] body) {
    PutObjectRequest.Builder request = PutObjectRequest.builder().bucket(bucket).key(key);
    switch (this) {
      case NONE -> {}
      case CRC32_ASKED -> request.checksumAlgorithm(ChecksumAlgorithm.CRC32);
      case SHA256_ASKED -> request.checksumAlgorithm(ChecksumAlgorithm.SHA256);
      case SHA256_GIVEN -> request.checksumSHA256(digest("SHA-256", body));
      case MD5_GIVEN -> request.contentMD5(digest("MD5", body));
    }
    return request.build();
  }

  /** Whether it is computed over all bytes before any is sent. */
  boolean isGiven() {
    return this == SHA256_GIVEN || this == MD5_GIVEN;
  }

  private static String digest(String algorithm, byte[] body) {
    try {
      return Base64.getEncoder().encodeToString(MessageDigest.getInstance(algorithm).digest(body));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this JDK has no " + algorithm, e);
    }
  }
}
