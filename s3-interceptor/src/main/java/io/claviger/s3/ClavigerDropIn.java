package io.claviger.s3;

import io.claviger.jca.ClavigerProvider;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsException;
import io.claviger.s3.api.ClavigerS3Exception;
import io.claviger.s3.api.ClavigerS3Exception.Failure;
import io.claviger.s3.api.RequestAttributes;
import io.claviger.s3.internal.call.Exchange;
import io.claviger.s3.internal.call.S3Operations;
import io.claviger.s3.internal.call.S3Operations.Action;
import io.claviger.s3.internal.sdk.Attributes;
import io.claviger.s3.internal.wire.CallerExceptions;
import io.claviger.s3.internal.wire.RequestNames;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.helpers.NOPLoggerFactory;
import software.amazon.awssdk.core.SdkClient;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.SdkExecutionAttribute;

/**
 * The interceptor for programs that know nothing of Claviger: the artifact {@code
 * claviger-s3-autoload} on the class path names this class to the SDK, which then puts it into
 * every S3 client of the process.
 *
 * <p>Keys and options come from outside (see {@code docs/drop-in.md}), once for the process, at the
 * first request. Without a configuration, or with a broken one, every operation on objects is
 * refused; nothing is ever stored in the clear. A client with an explicit {@link
 * ClavigerInterceptor} is left to that one.
 *
 * <p>Threads and blocking: as {@link ClavigerInterceptor}.
 */
public final class ClavigerDropIn extends CallHooks {
  private static final Logger LOG = LoggerFactory.getLogger(ClavigerDropIn.class);
  private static @Nullable ClavigerInterceptor shared;

  /**
   * For the SDK, which finds this class by its name.
   *
   * @throws ClavigerS3Exception CONFIGURATION beside a second copy of Claviger on the class path,
   *     and with an AWS SDK that it does not work with
   */
  public ClavigerDropIn() {
    OneCopy.require(ClavigerDropIn.class.getClassLoader());
    SupportedSdk.require();
  }

  /**
   * Requires that {@code client} seals: for programs that must never store plaintext because a jar
   * was missing or a class loader did not see it. Call it once, where the client is built.
   *
   * <p>An explicit {@link ClavigerInterceptor} counts as well as the drop-in, which must be
   * configured. The client may be an {@code S3Client} or {@code S3AsyncClient} of the SDK, also
   * multipart-enabled, cross-region or over the CRT, or a subclass of the SDK's delegating clients
   * that overrides no operation. Buckets that the configuration excludes stay excluded.
   *
   * <p>Threads: safe. Blocking: sends nothing to the store; the first call reads the configuration
   * and starts the key service.
   *
   * @throws ClavigerS3Exception with {@link Failure#CONFIGURATION} when the client has no
   *     interceptor of this copy of Claviger, when it is a wrapper that cannot be seen through, or
   *     when the drop-in is not configured; with {@link Failure#KEYS} when the key service does not
   *     start
   */
  public static void requireOn(SdkClient client) {
    boolean explicit =
        SealingClients.hooks(client).stream().anyMatch(ClavigerInterceptor.class::isInstance);
    if (!explicit) {
      try {
        interceptor();
      } catch (KmsException | IllegalArgumentException e) {
        throw refusal(client.getClass().getName(), "the client would be refused every object", e);
      }
    }
  }

  /**
   * Returns the options that this process gives to the drop-in (system properties, environment
   * variables, file), by the names that {@code docs/drop-in.md} lists, in lower case and without
   * prefix. None of them is a secret. They are checked where they are used, not here.
   *
   * <p>Blocking: reads the file that {@code CLAVIGER_S3_CONFIG} names.
   *
   * @throws IllegalArgumentException for a file that cannot be read
   */
  public static Map<String, String> options() {
    return DropInOptions.ofProcess();
  }

  /** Returns the interceptor of this process. */
  private static synchronized ClavigerInterceptor interceptor() {
    if (shared == null) {
      ClavigerProvider provider = new ClavigerProvider();
      ClavigerInterceptorBuilder builder = ClavigerInterceptor.builder().provider(provider);
      DropInOptions.apply(builder, System.getenv(), System.getProperties());
      String byDefault =
          provider
              .serviceManager()
              .manager()
              .defaultKeyId()
              .orElse("none (CLAVIGER_DEFAULT_KEY_ID names one)");
      shared = builder.build();
      report(
          "Claviger drop-in is on: objects of every S3 client of this process are sealed (%s)"
              .formatted(shared.settings().summary(byDefault)));
    }
    return shared;
  }

  /** Reports in the log, or on standard error where no logger is bound and nobody would see it. */
  private static void report(String line) {
    if (LoggerFactory.getILoggerFactory() instanceof NOPLoggerFactory) {
      System.err.println(line);
    }
    LOG.info(line);
  }

  /** Begins here, not in {@code beforeExecution}: an explicit interceptor comes first. */
  @Override
  public SdkRequest modifyRequest(Context.ModifyRequest context, ExecutionAttributes attributes) {
    if (isS3(attributes) && !rests(attributes)) {
      ClavigerInterceptor interceptor = configured(context.request(), attributes);
      if (interceptor != null) {
        interceptor.begin(this, (Context.BeforeExecution) context, attributes);
      }
    }
    actFor(attributes);
    return super.modifyRequest(context, attributes);
  }

  /**
   * Of several drop-ins in one client the last acts, nearest to the bytes: the class path may name
   * it for S3 and for all services.
   */
  private void actFor(ExecutionAttributes attributes) {
    Exchange call = attributes.getAttribute(Exchange.ATTRIBUTE);
    if (call != null && call.actor() instanceof ClavigerDropIn) {
      call.actor(this);
    }
  }

  /** Whether the request is another interceptor's, or to be left alone, as any copy says it. */
  private static boolean rests(ExecutionAttributes attributes) {
    return attributes.getAttribute(Exchange.ATTRIBUTE) != null
        || Boolean.TRUE.equals(attributes.getAttribute(RequestAttributes.OFF))
        || Attributes.ofAnotherCopy(attributes, Exchange.ATTRIBUTE) != null
        || Boolean.TRUE.equals(Attributes.ofAnotherCopy(attributes, RequestAttributes.OFF));
  }

  /** Returns the interceptor; null where there is none and none is needed. */
  private static @Nullable ClavigerInterceptor configured(
      SdkRequest request, ExecutionAttributes attributes) {
    try {
      return interceptor();
    } catch (KmsException | IllegalArgumentException e) {
      String operation = attributes.getAttribute(SdkExecutionAttribute.OPERATION_NAME);
      S3Operations.Rule rule =
          S3Operations.rule(
              operation == null ? "" : operation, () -> RequestNames.carriesObject(request));
      if (rule.action() == Action.PASS) {
        return null;
      }
      throw refusal(
          RequestNames.of(request).toString(),
          operation + " was refused, so that nothing is stored in the clear",
          e);
    }
  }

  private static ClavigerS3Exception refusal(String where, String what, RuntimeException why) {
    if (why instanceof KmsException kms && kms.kind() != ErrorKind.INVALID_CONFIGURATION) {
      return CallerExceptions.whileReading(where, kms);
    }
    return ClavigerS3Exception.of(
        Failure.CONFIGURATION,
        where,
        "the Claviger drop-in is on the class path and not configured: %s. %s. Configure it (docs/drop-in.md), or take claviger-s3-autoload off the class path"
            .formatted(why.getMessage(), what));
  }
}
