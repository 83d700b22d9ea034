package io.claviger.s3.internal.multipart;

import io.claviger.encryption.EncryptionService;
import io.claviger.encryption.EnvelopeDraft;
import io.claviger.encryption.ObjectName;
import io.claviger.format.CoveredHeaders;
import io.claviger.format.UploadId;
import io.claviger.s3.api.ClavigerS3Exception;
import io.claviger.s3.api.ClavigerS3Exception.Failure;
import io.claviger.s3.internal.call.Exchange;
import io.claviger.s3.internal.call.SseRequest;
import io.claviger.s3.internal.wire.CallerExceptions;
import io.claviger.s3.internal.wire.Covered;
import io.claviger.s3.internal.wire.ObjectHeaders;
import io.claviger.s3.internal.wire.SseAnswer;
import io.claviger.s3.internal.wire.SseHeaders;
import io.claviger.s3.internal.wire.StoredChecksums;
import io.claviger.s3.internal.wire.UserMetadata;
import java.io.InputStream;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.SdkResponse;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadResponse;

/**
 * The hooks of CreateMultipartUpload: draws the upload's data key, sends the envelope, and puts
 * what other processes need into the upload id. Calls the key management service once.
 */
public final class CreateUploadExchange extends Exchange {
  private final EncryptionService encryption;
  private @Nullable EnvelopeDraft envelope;
  private @Nullable SseAnswer sse;
  private @Nullable CoveredHeaders covered;

  /** The algorithm of the request, empty when it names none. */
  private String checksumAlgorithm = "";

  public CreateUploadExchange(Beginning begun, EncryptionService encryption) {
    super(begun);
    this.encryption = encryption;
  }

  @Override
  protected void check(Context.BeforeExecution context) {
    CreateMultipartUploadRequest create = (CreateMultipartUploadRequest) context.request();
    UserMetadata.requireCallersOwn(where(), create.metadata());
    settings().bound(asked());
    if (StoredChecksums.isOfWholeObject(create)) {
      throw ClavigerS3Exception.of(
          Failure.UNSUPPORTED,
          where(),
          "checksumType FULL_OBJECT: the store would compare a checksum of the plaintext with sealed bytes, and the parts may be sealed by several processes. Leave checksumType out and give a checksum with each part: it is checked while sealing");
    }
  }

  @Override
  protected SdkRequest plan(SdkRequest request) {
    CreateMultipartUploadRequest create = (CreateMultipartUploadRequest) request;
    SseRequest asked = SseRequest.of(create, where(), settings(), attributes());
    ObjectName name = settings().bound(asked());
    EnvelopeDraft draft =
        CallerExceptions.writing(
            where(), () -> encryption.beginUpload(asked.seal(name, settings())));
    UserMetadata.requireFits(where(), create.metadata(), draft.fields());
    envelope = draft;
    sse = asked.answer();
    return create;
  }

  private EnvelopeDraft envelope() {
    return Objects.requireNonNull(envelope, "plan comes first");
  }

  @Override
  protected SdkHttpRequest rewrite(SdkHttpRequest request) {
    SdkHttpRequest.Builder out = request.toBuilder();
    SseHeaders.remove(out, settings().options().sseParameters());
    covered = Covered.planned(sent(), request, attributes());
    UserMetadata.put(out, envelope().complete(covered));
    checksumAlgorithm = request.firstMatchingHeader(ObjectHeaders.CHECKSUM_ALGORITHM).orElse("");
    return out.build();
  }

  @Override
  protected SdkHttpResponse answer(SdkHttpResponse response, @Nullable InputStream body) {
    SdkHttpResponse.Builder out = response.toBuilder();
    SseAnswer planned = Objects.requireNonNull(sse, "plan comes first");
    SseHeaders.answer(out, planned, settings().options().sseParameters());
    return out.build();
  }

  @Override
  protected SdkResponse result(SdkResponse response) {
    CreateMultipartUploadResponse created = (CreateMultipartUploadResponse) response;
    String algorithm =
        Objects.requireNonNullElse(created.checksumAlgorithmAsString(), checksumAlgorithm);
    UploadId id =
        UploadId.of(
            Objects.requireNonNullElse(created.uploadId(), ""),
            envelope().fields(),
            algorithm.toUpperCase(Locale.ROOT));
    return created.toBuilder().uploadId(id.text()).build();
  }

  @Override
  protected @Nullable CoveredHeaders covered() {
    return covered;
  }
}
