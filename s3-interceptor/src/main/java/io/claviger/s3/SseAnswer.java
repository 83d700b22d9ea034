package io.claviger.s3;

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
record SseAnswer(
    String word, @Nullable String keyId, @Nullable String customerKeyMd5, boolean bucketKey) {

  /** Returns what is told after sealing. */
  static SseAnswer of(SseRequest sse) {
    CustomerKeys.Given customer = sse.customer();
    return new SseAnswer(
        sse.word(),
        sse.reportedKeyId() == null ? sse.keyId() : sse.reportedKeyId(),
        customer == null ? null : customer.md5(),
        sse.bucketKey() && customer == null);
  }

  /** Returns what is told of an object opened with {@code customer}, null for no such key. */
  static SseAnswer of(DeclaredSeal seal, CustomerKeys.@Nullable Given customer) {
    return new SseAnswer(
        seal.sse(), seal.keyId(), customer == null ? null : customer.md5(), seal.bucketKey());
  }

  /** Returns what is told of an upload, with {@code customer}, null for no customer's key. */
  static SseAnswer of(UploadId id, CustomerKeys.@Nullable Given customer) {
    Envelope envelope = Envelope.parseOfUpload(id.envelope());
    return new SseAnswer(
        envelope.sse(),
        envelope.keyId(),
        customer == null ? null : customer.md5(),
        envelope.bucketKey() != null);
  }

  boolean isCustomer() {
    return word.equals(SealRequest.CUSTOMER);
  }
}
