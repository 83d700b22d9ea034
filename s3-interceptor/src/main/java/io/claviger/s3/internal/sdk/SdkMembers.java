package io.claviger.s3.internal.sdk;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.RequestOverrideConfiguration;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.interceptor.ExecutionAttribute;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.S3ServiceClientConfiguration;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * What is used of the SDK's public API that the oldest supported version does not have. Where an
 * SDK lacks a member, nobody can have set what it stands for, and it is passed over. All other code
 * compiles against the oldest version as it does against the newest ({@code .ci/engines}).
 *
 * <p>Threads: safe. Nothing blocks.
 */
public final class SdkMembers {
  private static final String OVERRIDE = "core.RequestOverrideConfiguration";
  private static final String EXCEPTION_BUILDER = "core.exception.SdkException$Builder";
  private static final String CLIENT = "services.s3.S3ServiceClientConfiguration";

  // since 2.26
  private static final Member RETRY_STRATEGY =
      Member.of("core.client.config.ClientOverrideConfiguration", "retryStrategy", 0);
  private static final Member MAX_ATTEMPTS =
      Member.of("retries.api.RetryStrategy", "maxAttempts", 0);
  // since 2.30
  private static final Member NUM_ATTEMPTS = Member.of(EXCEPTION_BUILDER, "numAttempts", 0);
  private static final Member SET_NUM_ATTEMPTS = Member.of(EXCEPTION_BUILDER, "numAttempts", 1);
  private static final Member INVALID_REQUEST =
      Member.of("services.s3.model.InvalidRequestException", "builder", 0);
  // since 2.31; the client's builder has them since 2.30
  private static final Setting REQUEST_CHECKSUMS =
      Setting.of("requestChecksumCalculation", "REQUEST_CHECKSUM_CALCULATION");
  private static final Setting RESPONSE_CHECKSUMS =
      Setting.of("responseChecksumValidation", "RESPONSE_CHECKSUM_VALIDATION");
  private static final Member BODY = Member.of("core.async.AsyncRequestBody", "body", 0);
  // since 2.42
  private static final Member AUTH_SCHEMES = Member.of(OVERRIDE, "authSchemeProvider", 0);
  private static final Member SET_AUTH_SCHEMES =
      Member.of(OVERRIDE + "$Builder", "authSchemeProvider", 1);

  private SdkMembers() {}

  /**
   * A setting of a client.
   *
   * @param attribute where a version shows it that has no getter yet, null for nowhere
   */
  private record Setting(Member getter, Member setter, @Nullable ExecutionAttribute<?> attribute) {
    static Setting of(String name, String attribute) {
      return new Setting(
          Member.of(CLIENT, name, 0),
          Member.of("services.s3.S3BaseClientBuilder", name, 1),
          SdkInternals.internalAttribute(attribute));
    }

    void copy(S3ServiceClientConfiguration from, S3ClientBuilder to, ExecutionAttributes call) {
      Object value =
          getter.isThere()
              ? getter.call(from)
              : attribute == null ? null : call.getAttribute(attribute);
      if (value != null && setter.isThere()) {
        setter.call(to, value);
      }
    }
  }

  /** Returns how many attempts a client makes in all, null where its settings do not say. */
  public static @Nullable Integer attempts(ClientOverrideConfiguration settings) {
    if (RETRY_STRATEGY.isThere()) {
      Optional<?> strategy = (Optional<?>) RETRY_STRATEGY.call(settings);
      return strategy == null || strategy.isEmpty()
          ? null
          : (Integer) MAX_ATTEMPTS.call(strategy.get());
    }
    return settings.retryPolicy().map(policy -> policy.numRetries() + 1).orElse(null);
  }

  /** Lets a client's checksums be as another's: of requests, and of answers. */
  public static void sameChecksums(
      S3ServiceClientConfiguration from, S3ClientBuilder to, ExecutionAttributes call) {
    REQUEST_CHECKSUMS.copy(from, to, call);
    RESPONSE_CHECKSUMS.copy(from, to, call);
  }

  /** Takes over the provider of authentication schemes that a request names. */
  public static void sameAuthSchemes(
      RequestOverrideConfiguration from, RequestOverrideConfiguration.Builder<?> to) {
    if (AUTH_SCHEMES.isThere()
        && AUTH_SCHEMES.call(from) instanceof Optional<?> given
        && given.isPresent()) {
      SET_AUTH_SCHEMES.call(to, given.get());
    }
  }

  /** Notes the number of attempts, which the SDK adds to messages. */
  public static void numAttempts(SdkException.Builder error, @Nullable Integer attempts) {
    if (SET_NUM_ATTEMPTS.isThere()) {
      SET_NUM_ATTEMPTS.call(error, attempts);
    }
  }

  /** Returns the number of attempts that was noted, null for none. */
  public static @Nullable Integer numAttempts(SdkException.Builder error) {
    return NUM_ATTEMPTS.isThere() ? (Integer) NUM_ATTEMPTS.call(error) : null;
  }

  /** Returns what builds the exception of S3's code InvalidRequest. */
  public static S3Exception.Builder invalidRequest() {
    return INVALID_REQUEST.isThere() && INVALID_REQUEST.call() instanceof S3Exception.Builder own
        ? own
        : S3Exception.builder();
  }

  /** Returns the kind of a body, for the SDK's user agent. */
  public static String kind(AsyncRequestBody body) {
    return BODY.isThere() && BODY.call(body) instanceof String kind ? kind : "";
  }
}
