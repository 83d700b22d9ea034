package io.claviger.s3.internal.copy;

import io.claviger.encryption.EncryptionService;
import io.claviger.encryption.EnvelopeDraft;
import io.claviger.encryption.ObjectSealer;
import io.claviger.encryption.SealRequest;
import io.claviger.s3.internal.body.CutStream;
import io.claviger.s3.internal.body.SyncBody;
import io.claviger.s3.internal.call.SubRequests;
import io.claviger.s3.internal.wire.ObjectHeaders;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CopyObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.TaggingDirective;

/**
 * A copy whose source is not sealed: sent as a PutObject from the hooks of CopyObject, its body the
 * source as it is read and sealed. Bounded memory; the source may be read once for each attempt.
 */
final class CopyAsUpload {
  static final String CONTENT_TYPE = "application/octet-stream";

  private final String where;
  private final GetObjectRequest source;
  private final S3Client client;
  private final long plainBytes;
  private final @Nullable String tags;
  private final @Nullable String sourceVersionId;
  private final UploadSource body = new UploadSource(this::open);
  private @Nullable ObjectSealer sealer;

  private CopyAsUpload(
      String where,
      GetObjectRequest source,
      S3Client client,
      long plainBytes,
      @Nullable String tags,
      @Nullable String sourceVersionId) {
    this.where = where;
    this.source = source;
    this.client = client;
    this.plainBytes = plainBytes;
    this.tags = tags;
    this.sourceVersionId = sourceVersionId;
  }

  static CopyAsUpload of(String where, CopyObjectRequest copy, SourceHead source, S3Client client) {
    GetObjectRequest get =
        GetObjectRequest.builder()
            .bucket(source.source().name().bucket())
            .key(source.source().name().key())
            .versionId(source.source().versionId())
            .ifMatch(source.head().eTag())
            .requestPayer(copy.requestPayer())
            .expectedBucketOwner(copy.expectedSourceBucketOwner())
            .sseCustomerAlgorithm(copy.copySourceSSECustomerAlgorithm())
            .sseCustomerKey(copy.copySourceSSECustomerKey())
            .sseCustomerKeyMD5(copy.copySourceSSECustomerKeyMD5())
            .overrideConfiguration(SubRequests.raw(copy))
            .build();
    String tags =
        copy.taggingDirective() == TaggingDirective.REPLACE
            ? copy.tagging()
            : ObjectTags.of(client, copy, source);
    return new CopyAsUpload(
        where, get, client, source.head().contentLength(), tags, source.head().versionId());
  }

  /** Obtains a data key. */
  ObjectSealer seal(EncryptionService encryption, SealRequest request) {
    sealer = encryption.sealObject(request, plainBytes);
    return sealer;
  }

  private ObjectSealer sealer() {
    ObjectSealer current = sealer;
    if (current == null) {
      throw new IllegalStateException("internal error: seal was not called");
    }
    return current;
  }

  EnvelopeDraft envelope() {
    return Objects.requireNonNull(sealer().draft(), "draft");
  }

  /** Returns the sealed body, the same bytes at every opening; always the same object. */
  UploadSource body() {
    return body;
  }

  private InputStream open() {
    ResponseInputStream<GetObjectResponse> plain = client.getObject(source);
    UploadSource.requireAsked(where, source, plain, plainBytes);
    return SyncBody.copied(
        where, plain, storedBytes(), () -> sealer().sealToItsEnd(CutStream.notSealed(plain)));
  }

  long storedBytes() {
    return sealer().storedBytes();
  }

  /** Turns the copy into an upload. */
  void rewrite(SdkHttpRequest.Builder request) {
    ObjectHeaders.removeCopy(request);
    request.putHeader(ObjectHeaders.CONTENT_LENGTH, Long.toString(storedBytes()));
    if (tags != null) {
      request.putHeader(ObjectHeaders.TAGGING, tags);
    }
  }

  /** Returns the XML that CopyObject would have answered. */
  static byte[] answerBody(SdkHttpResponse uploaded) {
    return answerBody(uploaded.firstMatchingHeader("ETag").orElse(""));
  }

  static byte[] answerBody(String eTag) {
    String modified = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    return ("<?xml version=\"1.0\" encoding=\"UTF-8\"?><CopyObjectResult><LastModified>%s</LastModified><ETag>%s</ETag></CopyObjectResult>"
            .formatted(modified, eTag.replace("&", "&amp;").replace("<", "&lt;")))
        .getBytes(StandardCharsets.UTF_8);
  }

  /** Turns the answer to the upload into that to a copy. */
  void answer(SdkHttpResponse.Builder response, int bodyBytes) {
    asCopy(response, sourceVersionId, bodyBytes);
  }

  static void asCopy(
      SdkHttpResponse.Builder response, @Nullable String sourceVersionId, int bodyBytes) {
    response.putHeader(ObjectHeaders.CONTENT_LENGTH, Integer.toString(bodyBytes));
    response.putHeader("Content-Type", "application/xml");
    if (sourceVersionId != null) {
      response.putHeader(ObjectHeaders.COPY_SOURCE_VERSION, sourceVersionId);
    }
  }
}
