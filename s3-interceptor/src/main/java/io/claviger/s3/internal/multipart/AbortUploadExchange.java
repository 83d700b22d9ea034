package io.claviger.s3.internal.multipart;

import io.claviger.format.UploadId;
import io.claviger.s3.internal.call.Exchange;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.SdkResponse;
import software.amazon.awssdk.services.s3.model.AbortMultipartUploadRequest;

/** The hooks of AbortMultipartUpload: works with sealed and bare upload ids, needs no key. */
public final class AbortUploadExchange extends Exchange {
  private final Uploads uploads;

  private @Nullable String callersUploadId;

  public AbortUploadExchange(Beginning begun, Uploads uploads) {
    super(begun);
    this.uploads = uploads;
  }

  @Override
  protected SdkRequest plan(SdkRequest request) {
    AbortMultipartUploadRequest abort = (AbortMultipartUploadRequest) request;
    String id = abort.uploadId() == null ? "" : abort.uploadId();
    callersUploadId = id;
    return abort.toBuilder().uploadId(UploadId.storeIdOf(id)).build();
  }

  @Override
  protected SdkResponse result(SdkResponse response) {
    if (callersUploadId != null) {
      uploads.forget(asked(), callersUploadId);
    }
    return response;
  }
}
