package io.claviger.cli.object;

import io.claviger.cli.shell.CommandException;
import io.claviger.cli.shell.ExitCode;
import io.claviger.kms.KmsException;
import io.claviger.s3.api.ClavigerS3Exception;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
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

  /** How the interceptor says, in the store's place, that a master key cannot be used. */
  private static final Map<String, ExitCode> KEY_REFUSALS =
      Map.of(
          "KMS.NotFoundException", ExitCode.NOT_FOUND,
          "KMS.DisabledException", ExitCode.REFUSED,
          "KMS.KMSInvalidStateException", ExitCode.REFUSED,
          "KMS.InvalidKeyUsageException", ExitCode.REFUSED);

  /** Codes of a request that was signed for a region which is not the bucket's. */
  private static final Set<String> OTHER_REGION =
      Set.of("AuthorizationHeaderMalformed", "IllegalLocationConstraintException");

  private static final String NO_SUCH_REQUEST =
      "the store takes no such request; check that --endpoint-url is the endpoint of an S3, and the"
          + " options";

  /** What to do, by the code of an answer; for all others its status decides. */
  private static final Map<String, String> ADVICE =
      Map.ofEntries(
          Map.entry(
              "NoSuchBucket",
              "there is no bucket of this name; check it and the endpoint, \"claviger ls\" lists"
                  + " all"),
          Map.entry(
              "NoSuchKey", "there is no object of this name; \"claviger ls\" lists what is there"),
          Map.entry("NoSuchVersion", "the object has no such version; check --version-id"),
          Map.entry(
              "InvalidAccessKeyId",
              "the store does not know AWS_ACCESS_KEY_ID; check it, or the profile"),
          Map.entry(
              "SignatureDoesNotMatch",
              "AWS_SECRET_ACCESS_KEY is not the one of AWS_ACCESS_KEY_ID; check it, or the"
                  + " profile"),
          Map.entry(
              "RequestTimeTooSkewed", "set the clock of this machine (timedatectl set-ntp true)"),
          Map.entry("InvalidBucketName", "no bucket can have this name; check it"),
          Map.entry("InvalidRange", "the object ends before the range begins"),
          Map.entry("PreconditionFailed", "an object of this name is there, and stays as it is"),
          Map.entry("InvalidRequest", NO_SUCH_REQUEST),
          Map.entry("InvalidArgument", NO_SUCH_REQUEST),
          Map.entry("KeyTooLongError", "keys have at most 1,024 bytes; shorten it"));

  /** What the SDK appends to the messages of others. */
  private static final String ATTEMPTS = " ?\\(SDK Attempt Count: \\d+\\)";

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
      return new CommandException(code, String.valueOf(e.getMessage()).replaceAll(ATTEMPTS, ""), e);
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
    AwsErrorDetails details = e.awsErrorDetails();
    String name = details == null || details.errorCode() == null ? "" : details.errorCode();
    ExitCode ofKeys = KEY_REFUSALS.get(name);
    if (details != null && ofKeys != null) {
      return new CommandException(ofKeys, "%s: %s".formatted(where, details.errorMessage()), e);
    }
    return new CommandException(
        code,
        "%s: the store answered %d%s; %s"
            .formatted(where, status, name.isEmpty() ? "" : " " + name, advice(code, name, e)),
        e);
  }

  private static String advice(ExitCode code, String name, S3Exception e) {
    if (e.statusCode() / 100 == 3 || OTHER_REGION.contains(name)) {
      return "the bucket is in %s; name it with --region or AWS_REGION".formatted(region(e));
    }
    String known = ADVICE.get(name);
    if (known != null) {
      return known;
    }
    return switch (code) {
      case NOT_FOUND -> "check bucket, key and endpoint";
      case DENIED -> "check credentials and the bucket's policy, and the clock of this machine";
      case UNAVAILABLE -> "try again later";
      default -> "the request does not fit what is there";
    };
  }

  private static String region(S3Exception e) {
    AwsErrorDetails details = e.awsErrorDetails();
    return Optional.ofNullable(details)
        .map(AwsErrorDetails::sdkHttpResponse)
        .flatMap(answer -> answer.firstMatchingHeader("x-amz-bucket-region"))
        .map(region -> "region " + region)
        .orElse("another region");
  }

  private static CommandException notAnswered(String where, SdkException e) {
    String said = String.valueOf(e.getMessage());
    String lower = said.toLowerCase(Locale.ROOT);
    if (lower.contains("could not parse xml")) {
      return new CommandException(
          ExitCode.REFUSED,
          where
              + ": the store's answer cannot be read; a name with a control character makes it so:"
              + " rename the object",
          e);
    }
    if (lower.contains("unable to load credentials")) {
      return new CommandException(
          ExitCode.CONFIGURATION,
          where
              + ": no credentials were found; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or"
              + " AWS_PROFILE",
          e);
    }
    if (lower.contains("unable to load region")) {
      return new CommandException(
          ExitCode.CONFIGURATION,
          where + ": no region is named; set AWS_REGION, or name it with --region",
          e);
    }
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
