package io.claviger.s3.internal.call;

import io.claviger.format.CoveredHeader;
import io.claviger.format.CoveredHeaders;
import io.claviger.s3.api.ClavigerS3Exception;
import io.claviger.s3.api.ClavigerS3Exception.Failure;
import io.claviger.s3.internal.sdk.SdkInternals;
import io.claviger.s3.internal.sdk.SdkVersion;
import io.claviger.s3.internal.wire.Covered;
import io.claviger.s3.internal.wire.ObjectHeaders;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.RequestOverrideConfiguration;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.services.s3.S3AsyncClient;

/** Ensures that what is sent is what was planned, even if other interceptors change requests. */
final class RequestGuard {
  private static final boolean OLD_NATIVE = SdkVersion.found().isBefore(SdkVersion.OLDEST_NATIVE);

  private RequestGuard() {}

  /**
   * Refuses headers and query parameters set by hand that decide on object bytes: they would be
   * added behind the interceptor's back.
   */
  static void refuseOverrides(Exchange call, SdkRequest request) {
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

  private static ClavigerS3Exception refused(Exchange call, String what) {
    return ClavigerS3Exception.of(
        Failure.UNSUPPORTED,
        call.where(),
        "%s: %s changes object bytes or how they are read. Use the request's own setter"
            .formatted(call.operation(), what));
  }

  /**
   * Refuses clients over the CRT of SDKs in which native code takes what it sends past all
   * interceptors.
   *
   * @throws ClavigerS3Exception CONFIGURATION naming the versions; nothing was sent
   */
  static void refuseOldNative(Exchange call) {
    if (OLD_NATIVE
        && SdkInternals.client(call.attributes()) instanceof S3AsyncClient client
        && SdkInternals.isNative(client.serviceClientConfiguration().overrideConfiguration())) {
      throw ClavigerS3Exception.of(
          Failure.CONFIGURATION,
          call.where(),
          "the client over the CRT works from AWS SDK %s on, this is %s. Nothing was sent; take a newer SDK, or S3AsyncClient.builder().multipartEnabled(true)"
              .formatted(SdkVersion.OLDEST_NATIVE.number(), SdkVersion.found().number()));
    }
  }

  /**
   * Compares the request that is about to leave with the plan.
   *
   * @throws ClavigerS3Exception BAD_REQUEST when a client-wide header or another interceptor
   *     changed it; nothing was sent
   */
  static void checkFinal(
      Exchange call,
      @Nullable Map<String, List<String>> guarded,
      Context.BeforeTransmission context) {
    if (!ObjectHeaders.guarded(context.httpRequest()).equals(guarded)) {
      throw changed(call, "headers that decide on object bytes");
    }
    CoveredHeaders covered = call.covered();
    if (covered != null) {
      CoveredHeader header = Covered.changed(covered, Covered.of(context.httpRequest()));
      if (header != null) {
        throw changed(call, header.text() + ", which is sealed with the object");
      }
    }
    Exchange.PlannedBody body = call.plannedBody();
    if (body != null) {
      requireBody(call, context, body);
    }
  }

  private static void requireBody(
      Exchange call, Context.BeforeTransmission context, Exchange.PlannedBody planned) {
    ContentStreamProvider body =
        context.requestBody().map(b -> b.contentStreamProvider()).orElse(null);
    if (planned.body() != null && body != planned.body()) {
      throw changed(call, "the sealed body");
    }
    if (ObjectHeaders.bodyBytes(context.httpRequest()).orElse(planned.bytes()) != planned.bytes()) {
      throw changed(call, "the length of the sealed body");
    }
  }

  /**
   * Compares what was sent with the plan, where it could not be seen before: asynchronous clients
   * wrap the body, and its length alone was checked.
   *
   * @throws ClavigerS3Exception BAD_REQUEST when another body than the sealed one was sent
   */
  static void checkSent(Exchange call) {
    if (call.sentAnotherBody()) {
      throw ClavigerS3Exception.of(
          Failure.BAD_REQUEST,
          call.where(),
          "%s: another interceptor sent a body of its own in the place of the sealed one. What is stored is not sealed: delete it, and place that interceptor before Claviger's"
              .formatted(call.operation()));
    }
  }

  private static ClavigerS3Exception changed(Exchange call, String what) {
    return ClavigerS3Exception.of(
        Failure.BAD_REQUEST,
        call.where(),
        "%s: a client-wide header or another interceptor changed %s. Nothing was sent; remove it, or place it before Claviger's interceptor"
            .formatted(call.operation(), what));
  }
}
