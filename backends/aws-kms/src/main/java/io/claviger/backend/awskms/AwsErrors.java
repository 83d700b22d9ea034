package io.claviger.backend.awskms;

import static java.util.Map.entry;

import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsException;
import java.net.SocketTimeoutException;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * THE table of the refusals of AWS KMS: code to kind and advice. AWS's own words stay out, since a
 * message may hold a body; its code and request id, by which CloudTrail shows them, are in.
 */
final class AwsErrors {
  private record Meaning(ErrorKind kind, String advice) {}

  private static final Meaning NOT_AUTHENTIC =
      new Meaning(
          ErrorKind.NOT_AUTHENTIC,
          "the ciphertext does not open. Use the key and the encryption context that it was made with");
  private static final Meaning STATE =
      new Meaning(
          ErrorKind.INVALID_KEY_STATE,
          "its state forbids it: deletion or import pending, or its key store is not connected. AWS KMS decrypts under Enabled keys only. Cancel the deletion and enable it");
  private static final Meaning CREDENTIALS =
      new Meaning(
          ErrorKind.ACCESS_DENIED,
          "AWS does not accept these credentials. Correct aws_profile, aws_access_key_id or what the AWS SDK finds, and the clock of this machine");
  private static final Meaning THROTTLED =
      new Meaning(
          ErrorKind.RATE_LIMITED,
          "AWS KMS refuses more requests (a quota of the account). Call less: bucketKeys(true), caches; or ask for a higher quota");
  private static final Meaning BROKEN =
      new Meaning(
          ErrorKind.UNAVAILABLE, "AWS KMS failed inside. Calls succeed again by themselves");
  private static final Meaning KEY_STORE =
      new Meaning(
          ErrorKind.UNAVAILABLE,
          "the key's own key store (CloudHSM, external) does not answer. Look at its connection");
  private static final Meaning REFUSED =
      new Meaning(ErrorKind.INVALID_REQUEST, "AWS KMS refuses this request. Correct it");

  private static final Map<String, Meaning> MEANINGS =
      Map.ofEntries(
          entry(
              "NotFoundException",
              new Meaning(
                  ErrorKind.KEY_NOT_FOUND,
                  "AWS KMS has no such key or alias in this account and region. Check id, region and credentials")),
          entry(
              "InvalidArnException",
              new Meaning(ErrorKind.KEY_NOT_FOUND, "AWS KMS takes its ARN for none. Correct it")),
          entry(
              "AlreadyExistsException",
              new Meaning(
                  ErrorKind.KEY_ALREADY_EXISTS,
                  "AWS KMS has an alias of this name. Use its key, or choose another name")),
          entry(
              "DisabledException",
              new Meaning(
                  ErrorKind.INVALID_KEY_STATE,
                  "it is Disabled, and AWS KMS decrypts under Enabled keys only. Enable it")),
          entry("KMSInvalidStateException", STATE),
          entry(
              "InvalidKeyUsageException",
              new Meaning(
                  ErrorKind.INVALID_KEY_STATE,
                  "its usage or key spec is not for this. Use a symmetric key to encrypt, and HMAC_256, HMAC_384 or HMAC_512 for the MAC of that length")),
          entry(
              "ConflictException",
              new Meaning(
                  ErrorKind.INVALID_KEY_STATE,
                  "another change of it is under way. Call again when it is done")),
          entry("InvalidCiphertextException", NOT_AUTHENTIC),
          entry(
              "IncorrectKeyException",
              new Meaning(
                  ErrorKind.NOT_AUTHENTIC,
                  "the ciphertext was made under another key. If this name is an alias that was pointed at another key since, give the ARN of the key that it was made with; else check the encryption context too")),
          entry("KMSInvalidMacException", NOT_AUTHENTIC),
          entry("UnrecognizedClientException", CREDENTIALS),
          entry("InvalidClientTokenId", CREDENTIALS),
          entry("InvalidSignatureException", CREDENTIALS),
          entry("SignatureDoesNotMatch", CREDENTIALS),
          entry("IncompleteSignature", CREDENTIALS),
          entry("IncompleteSignatureException", CREDENTIALS),
          entry("MissingAuthenticationToken", CREDENTIALS),
          entry("MissingAuthenticationTokenException", CREDENTIALS),
          entry("ExpiredToken", CREDENTIALS),
          entry("ExpiredTokenException", CREDENTIALS),
          entry("ThrottlingException", THROTTLED),
          entry("Throttling", THROTTLED),
          entry("RequestLimitExceeded", THROTTLED),
          entry("TooManyRequestsException", THROTTLED),
          entry(
              "LimitExceededException",
              new Meaning(
                  ErrorKind.INVALID_REQUEST,
                  "a quota of AWS KMS is used up (keys, aliases, or 25 rotations on demand of a key). Ask for a higher one")),
          entry(
              "UnsupportedOperationException",
              new Meaning(
                  ErrorKind.UNSUPPORTED_CAPABILITY,
                  "AWS KMS does not do this with a key of its kind")),
          entry("CloudHsmClusterInvalidConfigurationException", KEY_STORE),
          entry("CustomKeyStoreInvalidStateException", KEY_STORE),
          entry("KeyUnavailableException", BROKEN),
          entry("DependencyTimeoutException", BROKEN),
          entry("KMSInternalException", BROKEN));

  private static final int FORBIDDEN = 403;

  /** Codes by which a policy speaks, not a signature. */
  private static final Set<String> DENIED = Set.of("AccessDeniedException", "AccessDenied");

  private AwsErrors() {}

  /**
   * Returns our failure for one of the SDK's.
   *
   * @param action the right that the call needs, for instance {@code kms:Decrypt}
   * @param subject what the call is about, for instance {@code key "orders"}
   */
  static KmsException of(SdkException e, String action, String subject) {
    if (e instanceof AwsServiceException refused) {
      return refusal(refused, action, subject);
    }
    if (e instanceof AbortedException || Thread.currentThread().isInterrupted()) {
      Thread.currentThread().interrupt();
      return KmsException.of(
          ErrorKind.TIMED_OUT,
          "%s: interrupted while AWS KMS was asked (%s). Repeat the call"
              .formatted(subject, action),
          new InterruptedException());
    }
    if (isTimeOut(e)) {
      return KmsException.of(
          ErrorKind.TIMED_OUT,
          "%s: AWS KMS did not answer %s in time. Check the network, or raise timeout_seconds"
              .formatted(subject, action),
          e);
    }
    if (isWithoutCredentials(e)) {
      return KmsException.of(
          ErrorKind.ACCESS_DENIED,
          "%s: no AWS credentials were found for %s. Set aws_profile or aws_access_key_id, or give the process a role"
              .formatted(subject, action),
          e);
    }
    return KmsException.of(
        ErrorKind.UNAVAILABLE,
        "%s: AWS KMS cannot be reached for %s. Check network, region and endpoint_url; calls succeed again by themselves"
            .formatted(subject, action),
        e);
  }

  /** The SDK's own, and that of a connection which is over a moment sooner. */
  private static boolean isTimeOut(SdkException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof ApiCallTimeoutException
          || cause instanceof ApiCallAttemptTimeoutException
          || cause instanceof SocketTimeoutException) {
        return true;
      }
    }
    return false;
  }

  /** The SDK has no type for it: its chain of credentials says so in words. */
  private static boolean isWithoutCredentials(SdkException e) {
    return e instanceof SdkClientException
        && String.valueOf(e.getMessage())
            .toLowerCase(java.util.Locale.ROOT)
            .contains("credentials");
  }

  /** Whether a policy denied the call: the service is there and knows who asks. */
  static boolean isDenied(SdkException e) {
    return e instanceof AwsServiceException refused && isDenied(refused, code(refused));
  }

  /** A proxy's 403, or an emulator's, has no code. */
  private static boolean isDenied(AwsServiceException e, String code) {
    return DENIED.contains(code) || e.statusCode() == FORBIDDEN && !MEANINGS.containsKey(code);
  }

  private static KmsException refusal(AwsServiceException e, String action, String subject) {
    String code = code(e);
    Meaning meaning =
        isDenied(e, code)
            ? new Meaning(
                ErrorKind.ACCESS_DENIED,
                "no policy allows %s, or one denies it. Allow it in the IAM policy of this identity or in the key policy, see docs/aws-kms.md%s"
                    .formatted(
                        action,
                        DENIED.contains(code)
                            ? ""
                            : "; without a code of AWS the answer may be a proxy's or another service's, then correct endpoint_url"))
            : MEANINGS.getOrDefault(code, unlisted(e));
    return KmsException.of(
        meaning.kind(),
        "%s: %s (%s answered %s, %d, request %s)"
            .formatted(subject, meaning.advice(), action, code, e.statusCode(), e.requestId()));
  }

  private static Meaning unlisted(AwsServiceException e) {
    return e.isThrottlingException() ? THROTTLED : e.statusCode() >= 500 ? BROKEN : REFUSED;
  }

  /** Returns AWS's code, as far as it is one: it comes from the answer. */
  private static String code(AwsServiceException e) {
    AwsErrorDetails details = e.awsErrorDetails();
    String code = details == null ? null : details.errorCode();
    String text = Objects.requireNonNullElse(code, "");
    return text.matches("[A-Za-z0-9.]{1,80}") ? text : "no code";
  }
}
