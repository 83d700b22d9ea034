package io.claviger.bulk.run;

import io.claviger.bulk.RunEnd;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsException;
import io.claviger.s3.api.ClavigerS3Exception;
import java.io.UncheckedIOException;
import java.util.Set;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkClientException;

/**
 * What a failure means for the run.
 *
 * @param kind what to do
 * @param end how a run ends that stops for it
 * @param code one word for reports
 * @param httpStatus the status of the answer, 0 where there was none
 * @param message a sentence
 */
record Trouble(Kind kind, RunEnd end, String code, int httpStatus, String message) {
  enum Kind {
    /** The store is away or overloaded: wait, and try the unit again. */
    STORE_AWAY,
    /** The key service is away: wait, and try the unit again. */
    KEYS_AWAY,
    /** Nothing will work before somebody changes something: stop. */
    STOP,
    /** This unit cannot be worked on. */
    UNIT
  }

  private static final int TOO_MANY = 429;
  private static final int NOT_FOUND = 404;
  private static final Set<Integer> DENIALS = Set.of(401, 403);

  /** Begins the code of an answer that had none. */
  private static final String WITHOUT_CODE = "HTTP";

  /** Codes with which stores refuse a caller, whatever it asks for. */
  private static final Set<String> REFUSED_CALLER =
      Set.of(
          "InvalidAccessKeyId",
          "SignatureDoesNotMatch",
          "ExpiredToken",
          "InvalidToken",
          "TokenRefreshRequired",
          "NoSuchBucket",
          "RequestTimeTooSkewed",
          "AccountProblem",
          "NotSignedUp");

  private static final Set<String> OVERLOADED =
      Set.of("SlowDown", "RequestLimitExceeded", "Throttling", "ThrottlingException");

  private static final Set<ErrorKind> KEYS_GONE =
      Set.of(ErrorKind.NOT_RUNNING, ErrorKind.INVALID_CONFIGURATION, ErrorKind.INTERNAL);

  static Trouble of(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof KmsException keys) {
        return ofKeys(keys, failure);
      }
    }
    if (failure instanceof AwsServiceException answer) {
      return ofAnswer(answer);
    }
    if (failure instanceof ClavigerS3Exception refused) {
      return new Trouble(
          Kind.UNIT, RunEnd.SOURCE, refused.failure().name(), refused.statusCode(), text(refused));
    }
    if (failure instanceof SdkClientException client) {
      return ofClient(client);
    }
    if (failure instanceof UncheckedIOException || failure instanceof IllegalArgumentException) {
      return new Trouble(Kind.STOP, RunEnd.SOURCE, "Source", 0, text(failure));
    }
    return new Trouble(
        Kind.STOP,
        RunEnd.INTERNAL,
        "InternalError",
        0,
        "internal error: %s. Report it".formatted(failure));
  }

  private static Trouble ofKeys(KmsException keys, Throwable failure) {
    Kind kind =
        KEYS_GONE.contains(keys.kind())
            ? Kind.STOP
            : keys.isRetryable() ? Kind.KEYS_AWAY : Kind.UNIT;
    RunEnd end =
        kind == Kind.KEYS_AWAY
            ? RunEnd.KEYS_AWAY
            : keys.kind() == ErrorKind.INTERNAL ? RunEnd.INTERNAL : RunEnd.CONFIGURATION;
    return new Trouble(kind, end, keys.kind().name(), keys.httpStatus(), text(failure));
  }

  private static Trouble ofAnswer(AwsServiceException answer) {
    String code =
        answer.awsErrorDetails() == null || answer.awsErrorDetails().errorCode() == null
            ? ""
            : answer.awsErrorDetails().errorCode();
    int status = answer.statusCode();
    Kind kind =
        REFUSED_CALLER.contains(code)
            ? Kind.STOP
            : status >= 500 && status != 501 || status == TOO_MANY || OVERLOADED.contains(code)
                ? Kind.STORE_AWAY
                : Kind.UNIT;
    RunEnd end =
        kind == Kind.STORE_AWAY
            ? RunEnd.STORE_AWAY
            : status == NOT_FOUND
                ? RunEnd.NOT_FOUND
                : DENIALS.contains(status) || kind == Kind.STOP ? RunEnd.DENIED : RunEnd.SOURCE;
    return new Trouble(
        kind, end, code.isEmpty() ? WITHOUT_CODE + status : code, status, text(answer));
  }

  /** Whether the store gave no reason, as in answers to HEAD, which have no body. */
  boolean isWithoutCode() {
    return code.startsWith(WITHOUT_CODE);
  }

  private static Trouble ofClient(SdkClientException client) {
    String said = text(client);
    boolean credentials = said.contains("credentials");
    return credentials
        ? new Trouble(Kind.STOP, RunEnd.CONFIGURATION, "Credentials", 0, said)
        : new Trouble(Kind.STORE_AWAY, RunEnd.STORE_AWAY, "Connection", 0, said);
  }

  private static String text(Throwable failure) {
    return String.valueOf(failure.getMessage());
  }
}
