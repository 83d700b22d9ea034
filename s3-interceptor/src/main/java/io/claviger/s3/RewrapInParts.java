package io.claviger.s3;

import io.claviger.encryption.ObjectOpener;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.CopyObjectRequest;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;

/**
 * A new envelope around an object that is too large for one CopyObject (format 7.1): a multipart
 * copy of the stored ranges, made past the interceptor. The stored bytes stay the same, so the
 * object stays {@code single} or {@code multi} as it was, however the store cuts it.
 */
final class RewrapInParts {
  private final S3Client client;
  private final CopyObjectHandler copies;
  private final CopyObjectRequest copy;
  private final long partBytes;
  private final AwsRequestOverrideConfiguration raw;

  RewrapInParts(S3Client client, CopyObjectHandler copies, CopyObjectRequest copy, long partBytes) {
    this.client = client;
    this.copies = copies;
    this.copy = copy;
    this.partBytes = partBytes;
    this.raw = SubRequests.raw(copy);
  }

  void run() {
    String where = RequestNames.of(copy).toString();
    SourceHead source = copies.head(client, copy, where);
    RewrapTarget target =
        copy.overrideConfiguration()
            .map(o -> o.executionAttributes().getAttribute(RewrapTarget.ATTRIBUTE))
            .orElseThrow();
    ObjectOpener opener = copies.open(client, copy, source, where);
    Map<String, String> metadata = new HashMap<>(source.callersMetadata(where));
    metadata.putAll(copies.envelope(opener, target, RequestNames.of(copy)));
    CreateMultipartUploadResponse upload =
        create(source.head(), metadata, ObjectTags.of(client, copy, source));
    try {
      List<CompletedPart> parts = copyParts(upload.uploadId(), source.head());
      requireUnchanged(source.head(), where);
      complete(upload, parts, source.head());
    } catch (RuntimeException e) {
      abort(upload.uploadId(), e);
      throw e;
    }
  }

  private CreateMultipartUploadResponse create(
      HeadObjectResponse head, Map<String, String> metadata, @Nullable String tags) {
    return client.createMultipartUpload(
        b ->
            b.bucket(copy.destinationBucket())
                .key(copy.destinationKey())
                .metadata(metadata)
                .cacheControl(head.cacheControl())
                .contentDisposition(head.contentDisposition())
                .contentEncoding(head.contentEncoding())
                .contentLanguage(head.contentLanguage())
                .contentType(head.contentType())
                .storageClass(copy.storageClassAsString())
                .objectLockMode(copy.objectLockModeAsString())
                .objectLockRetainUntilDate(copy.objectLockRetainUntilDate())
                .objectLockLegalHoldStatus(copy.objectLockLegalHoldStatusAsString())
                .objectLockEventHold(copy.objectLockEventHoldAsString())
                .objectLockEventHoldDurationDays(copy.objectLockEventHoldDurationDays())
                .objectLockEventHoldDurationYears(copy.objectLockEventHoldDurationYears())
                .websiteRedirectLocation(copy.websiteRedirectLocation())
                .tagging(tags)
                .overrideConfiguration(withExpires(head.expiresString())));
  }

  /** The header as it stood: not every text that stores keep there is a date. */
  private AwsRequestOverrideConfiguration withExpires(@Nullable String expires) {
    return expires == null
        ? raw
        : raw.toBuilder().putHeader(ObjectHeaders.EXPIRES, expires).build();
  }

  private List<CompletedPart> copyParts(String uploadId, HeadObjectResponse head) {
    List<CompletedPart> parts = new ArrayList<>();
    for (long first = 0; first < head.contentLength(); first += partBytes) {
      int number = parts.size() + 1;
      String range =
          "bytes=%d-%d".formatted(first, Math.min(first + partBytes, head.contentLength()) - 1);
      String etag =
          client
              .uploadPartCopy(
                  b ->
                      b.sourceBucket(copy.sourceBucket())
                          .sourceKey(copy.sourceKey())
                          .copySourceIfMatch(head.eTag())
                          .copySourceRange(range)
                          .destinationBucket(copy.destinationBucket())
                          .destinationKey(copy.destinationKey())
                          .uploadId(uploadId)
                          .partNumber(number)
                          .overrideConfiguration(raw))
              .copyPartResult()
              .eTag();
      parts.add(CompletedPart.builder().partNumber(number).eTag(etag).build());
    }
    return parts;
  }

  /** Some stores do not look at the conditions of a copied range; a mixture would never open. */
  private void requireUnchanged(HeadObjectResponse copied, String where) {
    SourceHead now = copies.head(client, copy, where);
    if (!Objects.equals(now.head().eTag(), copied.eTag())) {
      throw S3Errors.preconditionFailed(
          where,
          "the object was overwritten while its ranges were copied. It is as it was written");
    }
  }

  private void complete(
      CreateMultipartUploadResponse upload, List<CompletedPart> parts, HeadObjectResponse head) {
    client.completeMultipartUpload(
        b ->
            b.bucket(copy.destinationBucket())
                .key(copy.destinationKey())
                .uploadId(upload.uploadId())
                .multipartUpload(m -> m.parts(parts))
                .mpuObjectSize(head.contentLength())
                .ifMatch(copy.ifMatch())
                .overrideConfiguration(raw));
  }

  private void abort(String uploadId, RuntimeException cause) {
    try {
      client.abortMultipartUpload(
          b ->
              b.bucket(copy.destinationBucket())
                  .key(copy.destinationKey())
                  .uploadId(uploadId)
                  .overrideConfiguration(raw));
    } catch (RuntimeException e) {
      cause.addSuppressed(e);
    }
  }
}
