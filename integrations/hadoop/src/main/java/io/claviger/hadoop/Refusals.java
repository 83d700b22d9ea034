package io.claviger.hadoop;

import io.claviger.kms.KmsException;
import io.claviger.s3.api.ClavigerS3Exception;
import java.io.InputStream;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Refusals as S3A must see them. It repeats every exception of the SDK's client side for minutes,
 * also those that would come again; an answer of the store with status 400 it does not repeat. 403,
 * 404 and 412 mean something to it (no right, no file, another writer was first), so they are never
 * used. What may heal, a key service that does not answer, stays as it is and is repeated.
 */
final class Refusals {
  private static final int NOT_REPEATED = 400;

  private Refusals() {}

  /** Returns what S3A is to meet in the place of {@code thrown}. */
  static RuntimeException forS3a(RuntimeException thrown) {
    return thrown instanceof ClavigerS3Exception refusal && !mayHeal(refusal)
        ? asAnswer(refusal)
        : thrown;
  }

  private static boolean mayHeal(ClavigerS3Exception refusal) {
    return refusal.getCause() instanceof KmsException kms && kms.isRetryable();
  }

  private static RuntimeException asAnswer(ClavigerS3Exception refusal) {
    String message = String.valueOf(refusal.getMessage());
    return S3Exception.builder()
        .statusCode(NOT_REPEATED)
        .message(message)
        .awsErrorDetails(
            AwsErrorDetails.builder()
                .serviceName("S3")
                .errorCode("Claviger." + refusal.failure())
                .errorMessage(message)
                .sdkHttpResponse(SdkHttpResponse.builder().statusCode(NOT_REPEATED).build())
                .build())
        .cause(refusal)
        .build();
  }

  /** Returns {@code stream} with refusals as S3A must see them. */
  static InputStream translated(InputStream stream) {
    return new TranslatedStream(stream);
  }
}
