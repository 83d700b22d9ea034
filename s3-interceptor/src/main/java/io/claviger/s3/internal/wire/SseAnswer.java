package io.claviger.s3.internal.wire;

import io.claviger.encryption.DeclaredSeal;
import io.claviger.encryption.SealRequest;
import io.claviger.format.Envelope;
import io.claviger.format.UploadId;
import org.jspecify.annotations.Nullable;

/**
 * What a caller is told about the encryption of an object, in S3's words.
 *
 * @param word {@code AES256}, {@code aws:kms} or {@code customer}
 * @param keyId the master key, told for {@code aws:kms}
 * @param customerKeyMd5 base64 of the MD5 of the customer's key, for {@code customer}
 * @param bucketKey whether a bucket key serves the object
 */
public record SseAnswer(
    String word, @Nullable String keyId, @Nullable String customerKeyMd5, boolean bucketKey) {

  /**
   * Returns what is told of an object opened with the customer's key of this MD5, null for none.
   */
  public static SseAnswer of(DeclaredSeal seal, @Nullable String customerKeyMd5) {
    return new SseAnswer(seal.sse(), seal.keyId(), customerKeyMd5, seal.bucketKey());
  }

  /** Returns what is told of an upload, with the customer's key of this MD5, null for none. */
  public static SseAnswer of(UploadId id, @Nullable String customerKeyMd5) {
    Envelope envelope = Envelope.parseOfUpload(id.envelope());
    return new SseAnswer(
        envelope.sse(), envelope.keyId(), customerKeyMd5, envelope.bucketKey() != null);
  }

  boolean isCustomer() {
    return word.equals(SealRequest.CUSTOMER);
  }
}
