package io.claviger.s3.internal.copy;

import io.claviger.s3.internal.wire.SseAnswer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.CopyObjectRequest;

/**
 * What is sent for a CopyObject.
 *
 * @param request the request to be made
 * @param sse what is returned of the encryption, null for nothing
 * @param planned the copy with its new envelope, null where the request is sent as it is
 * @param ifMatch for copies of an object onto itself: the ETag that it must still have, else null
 * @param finished set when the copy is made already
 * @param upload set when the source is read and sealed
 */
record CopyPlan(
    CopyObjectRequest request,
    @Nullable SseAnswer sse,
    @Nullable PlannedCopy planned,
    @Nullable String ifMatch,
    @Nullable FinishedCopy finished,
    @Nullable CopyAsUpload upload) {
  /** A copy by the store without a new envelope. */
  static CopyPlan of(CopyObjectRequest request) {
    return new CopyPlan(request, null, null, null, null, null);
  }

  /** A copy by the store with a new envelope. */
  static CopyPlan of(PlannedCopy planned) {
    return new CopyPlan(planned.copy(), null, planned, null, null, null);
  }

  CopyPlan answered(SseAnswer answer) {
    return new CopyPlan(request, answer, planned, ifMatch, finished, upload);
  }

  CopyPlan onlyOnto(String eTag) {
    return new CopyPlan(request, sse, planned, eTag, finished, upload);
  }

  /** The copy was made before the request leaves. */
  CopyPlan finished(FinishedCopy copy) {
    return new CopyPlan(request, sse, planned, ifMatch, copy, upload);
  }

  /** The source is read and sealed in the place of the copy. */
  CopyPlan read(CopyAsUpload source) {
    return new CopyPlan(request, sse, planned, ifMatch, finished, source);
  }
}
