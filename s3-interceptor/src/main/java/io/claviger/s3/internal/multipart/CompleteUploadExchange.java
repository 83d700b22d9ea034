package io.claviger.s3.internal.multipart;

import io.claviger.format.UploadId;
import io.claviger.s3.api.ClavigerS3Exception;
import io.claviger.s3.api.ClavigerS3Exception.Failure;
import io.claviger.s3.internal.call.Exchange;
import io.claviger.s3.internal.call.SubRequests;
import io.claviger.s3.internal.wire.SseAnswer;
import io.claviger.s3.internal.wire.SseHeaders;
import io.claviger.s3.internal.wire.StoredChecksums;
import java.io.InputStream;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.SdkResponse;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadResponse;

/**
 * The hooks of CompleteMultipartUpload; {@link UploadCompletion} does the work before it is sent.
 */
public final class CompleteUploadExchange extends Exchange {
  private final Uploads uploads;
  private final SubRequests subRequests;

  private @Nullable UploadId uploadId;

  public CompleteUploadExchange(Beginning begun, Uploads uploads, SubRequests subRequests) {
    super(begun);
    this.uploads = uploads;
    this.subRequests = subRequests;
  }

  @Override
  protected void check(Context.BeforeExecution context) {
    CompleteMultipartUploadRequest complete = (CompleteMultipartUploadRequest) context.request();
    settings().bound(asked());
    Uploads.sealedId(this, complete.uploadId());
    String checksum = StoredChecksums.algorithm(complete).orElse(null);
    if (checksum != null || StoredChecksums.isOfWholeObject(complete)) {
      throw ClavigerS3Exception.of(
          Failure.UNSUPPORTED,
          where(),
          "CompleteMultipartUpload with a checksum of the whole object%s: the store would compare it with sealed bytes. Leave it out: each part is checked, and the object is authenticated anyway"
              .formatted(checksum == null ? "" : " (" + checksum + ")"));
    }
  }

  @Override
  protected SdkRequest plan(SdkRequest request) {
    CompleteMultipartUploadRequest complete = (CompleteMultipartUploadRequest) request;
    UploadId id = Uploads.sealedId(this, complete.uploadId());
    uploadId = id;
    return new UploadCompletion(this, complete, id, uploads, subRequests.client(attributes()))
        .planned();
  }

  @Override
  protected SdkHttpRequest rewrite(SdkHttpRequest request) {
    SdkHttpRequest.Builder out = request.toBuilder();
    SseHeaders.remove(out, settings().options().sseParameters());
    return out.build();
  }

  @Override
  protected SdkHttpResponse answer(SdkHttpResponse response, @Nullable InputStream body) {
    SdkHttpResponse.Builder out = response.toBuilder();
    SseAnswer sse = SseAnswer.of(uploadId(), null);
    SseHeaders.answer(out, sse, settings().options().sseParameters());
    return out.build();
  }

  /** Checksums of the whole object are of sealed bytes. */
  @Override
  protected SdkResponse result(SdkResponse response) {
    uploads.forget(asked(), uploadId().text());
    CompleteMultipartUploadResponse.Builder out =
        ((CompleteMultipartUploadResponse) response).toBuilder();
    StoredChecksums.hide(out);
    return out.build();
  }

  private UploadId uploadId() {
    return Objects.requireNonNull(uploadId, "plan comes first");
  }
}
