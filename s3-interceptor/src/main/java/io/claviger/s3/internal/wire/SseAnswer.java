package io.claviger.s3.internal.wire;

import io.claviger.encryption.DeclaredSeal;
import io.claviger.encryption.SealRequest;
import io.claviger.format.Envelope;
import io.claviger.format.UploadId;
import org.jspecify.annotations.Nullable;

/**
 * The encryption of an object as answers report it, in S3's terms.
 *
 * @param sseAlgorithm {@code AES256}, {@code aws:kms} or {@code customer}
 * @param keyId the master key, reported for {@code aws:kms}
 * @param customerKeyMd5 base64 of the MD5 of the customer-provided key, for {@code customer}
 * @param bucketKey whether a bucket key serves the object
 */
public record SseAnswer(
    String sseAlgorithm,
    @Nullable String keyId,
    @Nullable String customerKeyMd5,
    boolean bucketKey) {

  /**
   * Returns what is reported for an object.
   *
   * @param customerKeyMd5 MD5 of the customer-provided key that opened it, null for none
   */
  public static SseAnswer of(DeclaredSeal seal, @Nullable String customerKeyMd5) {
    return new SseAnswer(seal.sse(), seal.keyId(), customerKeyMd5, seal.bucketKey());
  }

  /**
   * Returns what is reported for an upload.
   *
   * @param customerKeyMd5 MD5 of its customer-provided key, null for none
   */
  public static SseAnswer of(UploadId id, @Nullable String customerKeyMd5) {
    Envelope envelope = Envelope.parseOfUpload(id.envelope());
    return new SseAnswer(
        envelope.sse(), envelope.keyId(), customerKeyMd5, envelope.bucketKey() != null);
  }

  boolean isCustomer() {
    return sseAlgorithm.equals(SealRequest.CUSTOMER);
  }
}
