package io.claviger.s3.internal.wire;

import io.claviger.s3.internal.sdk.SdkMembers;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Errors that S3 itself would answer: callers that handle its status and error codes meet the same
 * ones, with advice in the message. None of them is repeated by the SDK.
 */
public final class S3Errors {
  private static final String INVALID_REQUEST = "InvalidRequest";

  private S3Errors() {}

  /** Status 400, {@code InvalidArgument}: parameters that contradict each other. */
  public static S3Exception invalidArgument(String where, String message) {
    return of(400, "InvalidArgument", where, message);
  }

  /** Status 400, {@code InvalidRequest}: parameters that do not fit the object. */
  public static S3Exception invalidRequest(String where, String message) {
    return of(400, INVALID_REQUEST, where, message);
  }

  /** Status 412: a condition that the object does not meet. */
  public static S3Exception preconditionFailed(String where, String message) {
    return of(412, "PreconditionFailed", where, message);
  }

  /** Returns the exception that the SDK makes of an answer with this status and code. */
  public static S3Exception of(int status, String code, String where, String message) {
    String text = where.isEmpty() ? message : where + ": " + message;
    S3Exception.Builder error =
        code.equals(INVALID_REQUEST) ? SdkMembers.invalidRequest() : S3Exception.builder();
    return (S3Exception)
        error
            .statusCode(status)
            .message(text)
            .awsErrorDetails(
                AwsErrorDetails.builder()
                    .serviceName("S3")
                    .errorCode(code)
                    .errorMessage(text)
                    .sdkHttpResponse(SdkHttpResponse.builder().statusCode(status).build())
                    .build())
            .build();
  }
}
