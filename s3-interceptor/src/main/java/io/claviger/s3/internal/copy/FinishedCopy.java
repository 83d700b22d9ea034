package io.claviger.s3.internal.copy;

import io.claviger.s3.internal.wire.ObjectHeaders;
import io.claviger.s3.internal.wire.SseHeaders;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadResponse;

/**
 * A copy that was made before the caller's CopyObject leaves ({@link CopyInParts}): the caller's
 * request is sent as a HEAD of the copy, which the SDK may repeat, and answered as the copy.
 *
 * @param done what the store answered to the copy
 * @param sourceVersionId the version that was copied, null without versions
 */
record FinishedCopy(CompleteMultipartUploadResponse done, @Nullable String sourceVersionId) {
  private static final String VERSION = "x-amz-version-id";
  private static final List<String> KEPT_OF_REQUEST =
      List.of("x-amz-request-payer", "x-amz-expected-bucket-owner");
  private static final List<String> KEPT_OF_ANSWER =
      List.of("Date", "x-amz-request-id", "x-amz-id-2", "x-amz-expiration");

  /** Turns the copy into a HEAD. */
  static void rewrite(SdkHttpRequest.Builder request) {
    request.method(SdkHttpMethod.HEAD);
    for (String name : List.copyOf(request.headers().keySet())) {
      boolean kept = KEPT_OF_REQUEST.contains(name.toLowerCase(Locale.ROOT));
      if (!kept && !ObjectHeaders.begins(name, SseHeaders.CUSTOMER)) {
        request.removeHeader(name);
      }
    }
  }

  /** Returns the XML that CopyObject would have answered. */
  byte[] answerBody() {
    return CopyAsUpload.answerBody(done.eTag());
  }

  /** Turns the answer to the HEAD into that to the copy. */
  void answer(SdkHttpResponse.Builder response, SdkHttpResponse head, int bodyBytes) {
    response.clearHeaders();
    for (String name : KEPT_OF_ANSWER) {
      head.firstMatchingHeader(name).ifPresent(value -> response.putHeader(name, value));
    }
    if (done.versionId() != null) {
      response.putHeader(VERSION, done.versionId());
    }
    CopyAsUpload.asCopy(response, sourceVersionId, bodyBytes);
  }
}
