package io.claviger.s3;

import io.claviger.format.UploadId;
import io.claviger.s3.ClavigerS3Exception.Failure;
import java.io.InputStream;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.SdkResponse;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.s3.model.ChecksumType;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadResponse;

/**
 * The hooks of CompleteMultipartUpload; {@link UploadCompletion} does the work before it is sent.
 */
final class CompleteUploadHooks extends OperationHooks {
  private final Settings settings;
  private final Uploads uploads;
  private final SubRequests subRequests;

  CompleteUploadHooks(Settings settings, Uploads uploads, SubRequests subRequests) {
    this.settings = settings;
    this.uploads = uploads;
    this.subRequests = subRequests;
  }

  @Override
  void check(Call call, Context.BeforeExecution context) {
    CompleteMultipartUploadRequest complete = (CompleteMultipartUploadRequest) context.request();
    settings.bound(call.asked());
    Uploads.sealedId(call, complete.uploadId());
    String sum = StoredSums.algorithm(complete).orElse(null);
    if (sum != null || complete.checksumType() == ChecksumType.FULL_OBJECT) {
      throw ClavigerS3Exception.of(
          Failure.UNSUPPORTED,
          call.where(),
          "CompleteMultipartUpload with a checksum of the whole object%s: the store would compare it with sealed bytes. Leave it out: each part is checked, and the object is authenticated anyway"
              .formatted(sum == null ? "" : " (" + sum + ")"));
    }
  }

  @Override
  SdkRequest plan(Call call, SdkRequest request, ExecutionAttributes attributes) {
    CompleteMultipartUploadRequest complete = (CompleteMultipartUploadRequest) request;
    UploadId id = Uploads.sealedId(call, complete.uploadId());
    call.uploadId = id;
    return new UploadCompletion(
            call, complete, id, settings, uploads, subRequests.client(attributes))
        .planned();
  }

  @Override
  SdkHttpRequest rewrite(Call call, SdkHttpRequest request, ExecutionAttributes attributes) {
    SdkHttpRequest.Builder out = request.toBuilder();
    SseHeaders.remove(out, settings.options().sseParameters());
    return out.build();
  }

  @Override
  SdkHttpResponse answer(
      Call call,
      SdkHttpResponse response,
      @Nullable InputStream body,
      ExecutionAttributes attributes) {
    SdkHttpResponse.Builder out = response.toBuilder();
    SseAnswer sse = SseAnswer.of(Objects.requireNonNull(call.uploadId, "plan comes first"), null);
    SseHeaders.answer(out, sse, settings.options().sseParameters());
    return out.build();
  }

  /** Sums of the whole object are of sealed bytes. */
  @Override
  SdkResponse result(Call call, SdkResponse response) {
    UploadId id = Objects.requireNonNull(call.uploadId, "plan comes first");
    uploads.forget(call, id.text());
    CompleteMultipartUploadResponse.Builder out =
        ((CompleteMultipartUploadResponse) response).toBuilder();
    StoredSums.hide(out);
    return out.build();
  }
}
