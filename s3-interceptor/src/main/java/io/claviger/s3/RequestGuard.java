package io.claviger.s3;

import io.claviger.format.CoveredHeader;
import io.claviger.s3.ClavigerS3Exception.Failure;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.RequestOverrideConfiguration;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.http.ContentStreamProvider;

/** Sees to it that what is sent is what was planned, whatever else changes requests. */
final class RequestGuard {
  private RequestGuard() {}

  /**
   * Refuses headers and query parameters set by hand that decide on object bytes: they would be
   * added behind the interceptor's back.
   */
  static void refuseOverrides(Call call, SdkRequest request) {
    RequestOverrideConfiguration override = request.overrideConfiguration().orElse(null);
    if (override == null) {
      return;
    }
    for (String name : override.headers().keySet()) {
      if (ObjectHeaders.isGuarded(name)) {
        throw refused(call, "putHeader(\"" + name + "\")");
      }
    }
    for (String name : override.rawQueryParameters().keySet()) {
      if (ObjectHeaders.isGuardedParameter(name)) {
        throw refused(call, "putRawQueryParameter(\"" + name + "\")");
      }
    }
  }

  private static ClavigerS3Exception refused(Call call, String what) {
    return ClavigerS3Exception.of(
        Failure.UNSUPPORTED,
        call.where(),
        "%s: %s changes object bytes or how they are read. Use the request's own setter"
            .formatted(call.operation(), what));
  }

  /**
   * Compares the request that is about to leave with the plan.
   *
   * @throws ClavigerS3Exception BAD_REQUEST when a client-wide header or another interceptor
   *     changed it; nothing was sent
   */
  static void checkFinal(Call call, Context.BeforeTransmission context) {
    if (!ObjectHeaders.guarded(context.httpRequest()).equals(call.guardedHeaders)) {
      throw changed(call, "headers that decide on object bytes");
    }
    if (call.covered != null) {
      CoveredHeader header = Covered.changed(call.covered, Covered.of(context.httpRequest()));
      if (header != null) {
        throw changed(call, header.text() + ", which is sealed with the object");
      }
    }
    Call.SealedPut put = call.put;
    if (put != null) {
      requireBody(call, context, put.asyncBody() == null ? put.body() : null, put.storedBytes());
    }
    CopyAsUpload upload = call.upload;
    if (upload != null) {
      requireBody(call, context, call.async ? null : upload.body(), upload.storedBytes());
    }
    PartCopy part = call.partCopy;
    if (part != null) {
      requireBody(call, context, call.async ? null : part.body(), part.storedBytes());
    }
  }

  /**
   * Compares the body with the plan.
   *
   * @param planned null for an asynchronous client's, which the SDK wraps
   */
  private static void requireBody(
      Call call,
      Context.BeforeTransmission context,
      @Nullable ContentStreamProvider planned,
      long bytes) {
    ContentStreamProvider body =
        context.requestBody().map(b -> b.contentStreamProvider()).orElse(null);
    if (planned != null && body != planned) {
      throw changed(call, "the sealed body");
    }
    if (ObjectHeaders.bodyBytes(context.httpRequest()).orElse(bytes) != bytes) {
      throw changed(call, "the length of the sealed body");
    }
  }

  /**
   * Compares what was sent with the plan, where it could not be seen before: asynchronous clients
   * wrap the body, and its length alone was checked.
   *
   * @throws ClavigerS3Exception BAD_REQUEST when another body than the sealed one was sent
   */
  static void checkSent(Call call) {
    Call.SealedPut put = call.put;
    SealedAsyncBody body = put == null ? null : put.asyncBody();
    CopiedBody copied = call.copiedBody;
    boolean another =
        body != null && !body.wasSubscribed()
            || call.async && copied != null && !copied.wasSubscribed();
    if (another) {
      throw ClavigerS3Exception.of(
          Failure.BAD_REQUEST,
          call.where(),
          "%s: another interceptor sent a body of its own in the place of the sealed one. What is stored is not sealed: delete it, and place that interceptor before Claviger's"
              .formatted(call.operation()));
    }
  }

  private static ClavigerS3Exception changed(Call call, String what) {
    return ClavigerS3Exception.of(
        Failure.BAD_REQUEST,
        call.where(),
        "%s: a client-wide header or another interceptor changed %s. Nothing was sent; remove it, or place it before Claviger's interceptor"
            .formatted(call.operation(), what));
  }
}
