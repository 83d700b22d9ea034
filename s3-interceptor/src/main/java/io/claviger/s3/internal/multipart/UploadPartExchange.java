package io.claviger.s3.internal.multipart;

import io.claviger.format.UploadId;
import io.claviger.s3.internal.call.CustomerKeys;
import io.claviger.s3.internal.wire.SseHeaders;
import io.claviger.s3.internal.write.Sealing;
import io.claviger.s3.internal.write.SealingExchange;
import java.io.InputStream;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;

/**
 * Seals the body of UploadPart. All it needs is in the upload id, so parts come in any order, from
 * any process. Unwraps the upload's data key once for each call.
 */
public final class UploadPartExchange extends SealingExchange {
  private final Uploads uploads;
  private @Nullable UploadId uploadId;
  private @Nullable StartedPart part;

  public UploadPartExchange(Beginning begun, Uploads uploads) {
    super(begun);
    this.uploads = uploads;
  }

  @Override
  protected void check(Context.BeforeExecution context) {
    super.check(context);
    UploadPartRequest part = (UploadPartRequest) context.request();
    settings().bound(asked());
    StartedPart.requireNumber(where(), part.partNumber());
    Uploads.sealedId(this, part.uploadId());
  }

  /** The store gets its own id. */
  @Override
  protected SdkRequest plan(SdkRequest request) {
    UploadPartRequest part = (UploadPartRequest) request;
    UploadId id = Uploads.sealedId(this, part.uploadId());
    uploadId = id;
    return part.toBuilder().uploadId(id.storeId()).build();
  }

  @Override
  protected Sealing sealing(SdkRequest request, long plainBytes) {
    UploadPartRequest sent = (UploadPartRequest) request;
    UploadId id = Objects.requireNonNull(uploadId, "plan comes first");
    part =
        StartedPart.begin(
            uploads,
            asked(),
            id,
            sent.partNumber(),
            plainBytes,
            CustomerKeys.honoured(settings(), sent, where()));
    return part.sealing();
  }

  /**
   * Reports what the object is sealed with; checksums stay, since CompleteMultipartUpload lists
   * them.
   */
  @Override
  protected SdkHttpResponse answer(SdkHttpResponse response, @Nullable InputStream body) {
    Objects.requireNonNull(part, "sealing comes first").stored(response);
    SdkHttpResponse.Builder out = response.toBuilder();
    SseHeaders.answer(out, sealing().sse(), settings().options().sseParameters());
    return out.build();
  }

  @Override
  protected void failed() {
    if (part != null) {
      part.failed();
    }
  }
}
