package io.claviger.cli.object;

import io.claviger.cli.shell.CommandException;
import io.claviger.cli.shell.ExitCode;
import io.claviger.kms.KmsException;
import io.claviger.s3.api.ClavigerS3Exception;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Failures of calls to the store as rows of the table of exit statuses. */
public final class StoreFailures {
  private static final Map<ClavigerS3Exception.Failure, ExitCode> REFUSALS =
      new EnumMap<>(ClavigerS3Exception.Failure.class);

  static {
    REFUSALS.put(ClavigerS3Exception.Failure.NOT_AUTHENTIC, ExitCode.DAMAGED);
    REFUSALS.put(ClavigerS3Exception.Failure.NOT_SEALED, ExitCode.DAMAGED);
    REFUSALS.put(ClavigerS3Exception.Failure.PROTOCOL, ExitCode.DAMAGED);
    REFUSALS.put(ClavigerS3Exception.Failure.POLICY, ExitCode.REFUSED);
    REFUSALS.put(ClavigerS3Exception.Failure.UNSUPPORTED, ExitCode.REFUSED);
    REFUSALS.put(ClavigerS3Exception.Failure.BAD_REQUEST, ExitCode.REFUSED);
    REFUSALS.put(ClavigerS3Exception.Failure.SOURCE, ExitCode.LOCAL_FILE);
    REFUSALS.put(ClavigerS3Exception.Failure.CONFIGURATION, ExitCode.CONFIGURATION);
  }

  private StoreFailures() {}

  /** Makes a call that concerns {@code where}. */
  static <T> T at(String where, Supplier<T> call) {
    try {
      return call.get();
    } catch (SdkException e) {
      throw of(where, e);
    }
  }

  /** Returns what a failure of the SDK means for {@code where}. */
  public static CommandException of(String where, SdkException e) {
    if (e instanceof ClavigerS3Exception refusal) {
      ExitCode code =
          refusal.getCause() instanceof KmsException kms
              ? ExitCode.of(kms.kind())
              : REFUSALS.getOrDefault(refusal.failure(), ExitCode.INTERNAL);
      return new CommandException(code, String.valueOf(e.getMessage()), e);
    }
    return e instanceof S3Exception answer ? answered(where, answer) : notAnswered(where, e);
  }

  private static CommandException answered(String where, S3Exception e) {
    int status = e.statusCode();
    ExitCode code =
        switch (status) {
          case 404 -> ExitCode.NOT_FOUND;
          case 401, 403 -> ExitCode.DENIED;
          case 429 -> ExitCode.UNAVAILABLE;
          default -> status >= 500 ? ExitCode.UNAVAILABLE : ExitCode.REFUSED;
        };
    String name = e.awsErrorDetails() == null ? "" : " " + e.awsErrorDetails().errorCode();
    return new CommandException(
        code,
        "%s: the store answered %d%s; %s".formatted(where, status, shown(name), advice(code)),
        e);
  }

  private static String shown(String name) {
    return name.endsWith(" null") ? "" : name;
  }

  private static String advice(ExitCode code) {
    return switch (code) {
      case NOT_FOUND -> "check bucket, key and endpoint";
      case DENIED -> "check credentials and the bucket's policy, and the clock of this machine";
      case UNAVAILABLE -> "try again later";
      default -> "the request does not fit what is there";
    };
  }

  private static CommandException notAnswered(String where, SdkException e) {
    String said = String.valueOf(e.getMessage());
    String lower = said.toLowerCase(Locale.ROOT);
    if (lower.contains("credentials") || lower.contains("region") || lower.contains("profile")) {
      return new CommandException(
          ExitCode.CONFIGURATION,
          "%s: no usable credentials or region (%s); set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY or AWS_PROFILE, and AWS_REGION"
              .formatted(where, firstSentence(said)),
          e);
    }
    return new CommandException(
        ExitCode.UNAVAILABLE,
        "%s: the store cannot be reached (%s); check --endpoint-url and the network, then try again"
            .formatted(where, firstSentence(said)),
        e);
  }

  private static String firstSentence(String text) {
    int end = text.indexOf(". ");
    return end < 0 ? text : text.substring(0, end);
  }
}
