package io.claviger.s3;

import io.claviger.format.UploadId;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.SdkResponse;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.services.s3.model.AbortMultipartUploadRequest;

/** The hooks of AbortMultipartUpload: works with sealed and bare upload ids, needs no key. */
final class AbortUploadHooks extends OperationHooks {
  private final Uploads uploads;

  AbortUploadHooks(Uploads uploads) {
    this.uploads = uploads;
  }

  @Override
  SdkRequest plan(Call call, SdkRequest request, ExecutionAttributes attributes) {
    AbortMultipartUploadRequest abort = (AbortMultipartUploadRequest) request;
    String id = abort.uploadId() == null ? "" : abort.uploadId();
    call.callersUploadId = id;
    return abort.toBuilder().uploadId(UploadId.storeIdOf(id)).build();
  }

  @Override
  SdkResponse result(Call call, SdkResponse response) {
    if (call.callersUploadId != null) {
      uploads.forget(call, call.callersUploadId);
    }
    return response;
  }
}
