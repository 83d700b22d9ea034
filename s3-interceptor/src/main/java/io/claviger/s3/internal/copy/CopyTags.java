package io.claviger.s3.internal.copy;

import io.claviger.format.CoveredHeaders;
import io.claviger.s3.internal.wire.Covered;
import io.claviger.s3.internal.wire.UserMetadata;
import software.amazon.awssdk.core.SdkServiceClientConfiguration;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.SdkHttpRequest;

/**
 * Completes the envelope of a copy that is made in parts with the headers that its
 * CreateMultipartUpload is really sent with: those of the client that sends it and of its other
 * interceptors included (format 3.1).
 */
final class CopyTags implements ExecutionInterceptor {
  private final PlannedCopy copy;

  CopyTags(PlannedCopy copy) {
    this.copy = copy;
  }

  /** Makes this the last interceptor of one request. */
  void addTo(SdkServiceClientConfiguration.Builder client) {
    client.overrideConfiguration(
        client.overrideConfiguration().toBuilder().addExecutionInterceptor(this).build());
  }

  @Override
  public SdkHttpRequest modifyHttpRequest(
      Context.ModifyHttpRequest context, ExecutionAttributes attributes) {
    CoveredHeaders headers = Covered.planned(context.request(), context.httpRequest(), attributes);
    SdkHttpRequest.Builder out = context.httpRequest().toBuilder();
    UserMetadata.put(out, copy.envelopeFor(headers));
    return out.build();
  }
}
