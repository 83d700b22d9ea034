package io.claviger.s3.internal.copy;

import io.claviger.s3.internal.call.SubRequests;
import io.claviger.s3.internal.wire.ObjectHeaders;
import io.claviger.s3.internal.wire.RequestFields;
import io.claviger.s3.internal.wire.S3Errors;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.AbortMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.CopyObjectRequest;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.TaggingDirective;
import software.amazon.awssdk.services.s3.model.UploadPartCopyRequest;

/**
 * A copy with a new envelope that is made by a multipart upload (format 7.1): of objects that are
 * too large for one CopyObject, and of objects onto themselves where the store ignores the
 * condition of a copy. The store copies the stored ranges, past the interceptor; they stay the
 * same, so the object stays {@code single} or {@code multi} as it was, however the store cuts it.
 *
 * <p>What is copied onto itself, or over another object, takes its place only if that is still
 * there: the condition is sent with CompleteMultipartUpload, which MinIO honours too.
 *
 * <p>Blocking: asks the store; at least four requests.
 */
final class CopyInParts {
  /** Up to S3's limit of 10,000 parts this is 4.8 TiB. */
  static final long PART_BYTES = 512L << 20;

  /**
   * Not for parts: conditions and checksums of the whole copy, and the source, which is set apart.
   */
  private static final Predicate<String> NOT_OF_PARTS =
      name ->
          name.startsWith("CopySourceIf")
              || name.equals("CopySource")
              || name.startsWith("IfM")
              || name.startsWith("IfN")
              || name.startsWith("Checksum");

  private static final Set<String> ENCRYPTION =
      Set.of("ServerSideEncryption", "BucketKeyEnabled", "SSEKMSKeyId", "SSEKMSEncryptionContext");

  private final S3Client client;
  private final PlannedCopy planned;
  private final CopyObjectRequest copy;
  private final SourceHead source;
  private final @Nullable Replaced replaced;
  private final BooleanSupplier comparesCopies;
  private final AwsRequestOverrideConfiguration raw;
  private final Predicate<String> shared;

  /**
   * The object in whose place a copy is put, if it is still there.
   *
   * @param eTag its ETag
   * @param versionId its version, null in a bucket without versions
   */
  record Replaced(String eTag, @Nullable String versionId) {
    static Replaced of(HeadObjectResponse head) {
      return new Replaced(head.eTag(), head.versionId());
    }
  }

  /**
   * @param comparesCopies whether the store honours conditions of copies ({@link CopyConditions});
   *     asked for versions of objects that are copied onto themselves
   */
  CopyInParts(S3Client client, PlannedCopy planned, BooleanSupplier comparesCopies) {
    this(
        client,
        planned,
        planned.ontoItself() ? Replaced.of(planned.source().head()) : null,
        comparesCopies);
  }

  /**
   * @param replaced the object that the copy may replace, null for any or none
   */
  CopyInParts(
      S3Client client,
      PlannedCopy planned,
      @Nullable Replaced replaced,
      BooleanSupplier comparesCopies) {
    this.replaced = replaced;
    this.comparesCopies = comparesCopies;
    this.client = client;
    this.planned = planned;
    this.copy = planned.copy();
    this.source = planned.source();
    this.raw = SubRequests.raw(copy);
    this.shared =
        name ->
            !NOT_OF_PARTS.test(name)
                && (source.storesKey()
                    || !ENCRYPTION.contains(name) && !name.contains("SSECustomer"));
  }

  /**
   * Makes the copy.
   *
   * @param partBytes stored bytes of a range
   * @throws S3Exception 412 if the source changed meanwhile: nothing was copied; else the store's
   */
  CompleteMultipartUploadResponse run(long partBytes) {
    long begun = System.nanoTime();
    String uploadId = create();
    CompleteMultipartUploadResponse done;
    try {
      List<CompletedPart> parts = copyParts(uploadId, partBytes);
      requireUnchanged();
      done = complete(uploadId, parts);
    } catch (RuntimeException e) {
      abort(uploadId, e);
      throw e;
    }
    Duration took = Duration.ofNanos(System.nanoTime() - begun);
    String version = done.versionId();
    if (replaced != null && version != null && !comparesCopies.getAsBoolean()) {
      new OvertakenVersions(client, copy, replaced.versionId(), planned.where())
          .requireNone(version, took);
    }
    return done;
  }

  private String create() {
    CreateMultipartUploadRequest.Builder create = CreateMultipartUploadRequest.builder();
    RequestFields.copy(copy, create, shared);
    return client
        .createMultipartUpload(
            create
                .bucket(copy.destinationBucket())
                .key(copy.destinationKey())
                .tagging(tags())
                .overrideConfiguration(asStored())
                .build())
        .uploadId();
  }

  private @Nullable String tags() {
    return copy.taggingDirective() == TaggingDirective.REPLACE
        ? copy.tagging()
        : ObjectTags.of(client, copy, source);
  }

  /** Expires as it was stored: not every text that stores keep there is a date. */
  private AwsRequestOverrideConfiguration asStored() {
    AwsRequestOverrideConfiguration.Builder created = SubRequests.creating(copy);
    String expires = planned.expires();
    if (expires != null) {
      created.putHeader(ObjectHeaders.EXPIRES, expires);
    }
    return created.addPlugin(new CopyTags(planned)::addTo).build();
  }

  private List<CompletedPart> copyParts(String uploadId, long partBytes) {
    List<CompletedPart> parts = new ArrayList<>();
    long storedBytes = source.head().contentLength();
    for (long first = 0; first < storedBytes; first += partBytes) {
      int number = parts.size() + 1;
      UploadPartCopyRequest.Builder part = UploadPartCopyRequest.builder();
      RequestFields.copy(copy, part, shared);
      part.sourceBucket(source.source().name().bucket())
          .sourceKey(source.source().name().key())
          .sourceVersionId(source.source().versionId())
          .copySourceIfMatch(source.head().eTag())
          .copySourceRange(
              "bytes=%d-%d".formatted(first, Math.min(first + partBytes, storedBytes) - 1))
          .destinationBucket(copy.destinationBucket())
          .destinationKey(copy.destinationKey())
          .uploadId(uploadId)
          .partNumber(number)
          .overrideConfiguration(raw);
      String eTag = client.uploadPartCopy(part.build()).copyPartResult().eTag();
      parts.add(CompletedPart.builder().partNumber(number).eTag(eTag).build());
    }
    return parts;
  }

  /** Some stores do not look at the conditions of a copied range; a mixture would never open. */
  private void requireUnchanged() {
    SourceHead now = source.again(client, copy);
    if (!Objects.equals(now.head().eTag(), source.head().eTag())) {
      throw S3Errors.preconditionFailed(
          planned.where(),
          "the object was overwritten while its ranges were copied. It is as it was written");
    }
  }

  private CompleteMultipartUploadResponse complete(String uploadId, List<CompletedPart> parts) {
    CompleteMultipartUploadRequest.Builder complete = CompleteMultipartUploadRequest.builder();
    RequestFields.copy(copy, complete, shared);
    AwsRequestOverrideConfiguration conditional =
        replaced == null ? raw : CopyConditions.ifMatch(raw, replaced.eTag());
    RequestFields.set(complete, RequestFields.OBJECT_BYTES, source.head().contentLength());
    return client.completeMultipartUpload(
        complete
            .bucket(copy.destinationBucket())
            .key(copy.destinationKey())
            .uploadId(uploadId)
            .multipartUpload(m -> m.parts(parts))
            .overrideConfiguration(conditional)
            .build());
  }

  private void abort(String uploadId, RuntimeException cause) {
    AbortMultipartUploadRequest.Builder abort = AbortMultipartUploadRequest.builder();
    RequestFields.copy(copy, abort, shared);
    try {
      client.abortMultipartUpload(
          abort
              .bucket(copy.destinationBucket())
              .key(copy.destinationKey())
              .uploadId(uploadId)
              .overrideConfiguration(raw)
              .build());
    } catch (RuntimeException e) {
      cause.addSuppressed(e);
    }
  }
}
