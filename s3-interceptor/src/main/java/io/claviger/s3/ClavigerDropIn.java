package io.claviger.s3;

import io.claviger.jca.ClavigerProvider;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsException;
import io.claviger.s3.ClavigerS3Exception.Failure;
import io.claviger.s3.S3Operations.Action;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.SdkResponse;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.interceptor.SdkExecutionAttribute;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.SdkHttpResponse;

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
public final class ClavigerDropIn implements ExecutionInterceptor {
  private static final Logger LOG = LoggerFactory.getLogger(ClavigerDropIn.class);
  private static @Nullable ClavigerInterceptor shared;

  /** For the SDK, which finds this class by its name. */
  public ClavigerDropIn() {}

  /** Returns the interceptor of this process. */
  private static synchronized ClavigerInterceptor interceptor() {
    if (shared == null) {
      ClavigerProvider provider = new ClavigerProvider();
      ClavigerInterceptorBuilder builder = ClavigerInterceptor.builder().provider(provider);
      DropInOptions.apply(builder, System.getenv(), System.getProperties());
      provider.serviceManager();
      shared = builder.build();
      LOG.info(
          "Claviger drop-in is on: objects of every S3 client of this process are sealed ({})",
          shared.settings().summary());
    }
    return shared;
  }

  private static synchronized @Nullable ClavigerInterceptor running() {
    return shared;
  }

  /** Begins here, not in {@code beforeExecution}: an explicit interceptor comes first. */
  @Override
  public SdkRequest modifyRequest(Context.ModifyRequest context, ExecutionAttributes attributes) {
    boolean s3 = ClavigerInterceptor.isS3(attributes);
    Call known = attributes.getAttribute(Call.ATTRIBUTE);
    if (!s3
        || known != null
        || Boolean.TRUE.equals(attributes.getAttribute(ClavigerInterceptor.OFF))) {
      return context.request();
    }
    ClavigerInterceptor interceptor = configured(context.request(), attributes);
    if (interceptor == null) {
      return context.request();
    }
    interceptor.beforeExecution((Context.BeforeExecution) context, attributes);
    return interceptor.modifyRequest(context, attributes);
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
      String where = RequestNames.of(request).toString();
      if (e instanceof KmsException kms && kms.kind() != ErrorKind.INVALID_CONFIGURATION) {
        throw KeyFailures.whileReading(where, kms);
      }
      throw ClavigerS3Exception.of(
          Failure.CONFIGURATION,
          where,
          "the Claviger drop-in is on the class path and not configured: %s. %s was refused, so that nothing is stored in the clear. Configure it (docs/drop-in.md), or take claviger-s3-autoload off the class path"
              .formatted(e.getMessage(), operation));
    }
  }

  @Override
  public Optional<RequestBody> modifyHttpContent(
      Context.ModifyHttpRequest context, ExecutionAttributes attributes) {
    ClavigerInterceptor on = running();
    return on == null ? context.requestBody() : on.modifyHttpContent(context, attributes);
  }

  @Override
  public Optional<AsyncRequestBody> modifyAsyncHttpContent(
      Context.ModifyHttpRequest context, ExecutionAttributes attributes) {
    ClavigerInterceptor on = running();
    return on == null ? context.asyncRequestBody() : on.modifyAsyncHttpContent(context, attributes);
  }

  @Override
  public SdkHttpRequest modifyHttpRequest(
      Context.ModifyHttpRequest context, ExecutionAttributes attributes) {
    ClavigerInterceptor on = running();
    return on == null ? context.httpRequest() : on.modifyHttpRequest(context, attributes);
  }

  @Override
  public void beforeTransmission(
      Context.BeforeTransmission context, ExecutionAttributes attributes) {
    ClavigerInterceptor on = running();
    if (on != null) {
      on.beforeTransmission(context, attributes);
    }
  }

  @Override
  public SdkHttpResponse modifyHttpResponse(
      Context.ModifyHttpResponse context, ExecutionAttributes attributes) {
    ClavigerInterceptor on = running();
    return on == null ? context.httpResponse() : on.modifyHttpResponse(context, attributes);
  }

  @Override
  public Optional<InputStream> modifyHttpResponseContent(
      Context.ModifyHttpResponse context, ExecutionAttributes attributes) {
    ClavigerInterceptor on = running();
    return on == null ? context.responseBody() : on.modifyHttpResponseContent(context, attributes);
  }

  @Override
  public Optional<Publisher<ByteBuffer>> modifyAsyncHttpResponseContent(
      Context.ModifyHttpResponse context, ExecutionAttributes attributes) {
    ClavigerInterceptor on = running();
    return on == null
        ? context.responsePublisher()
        : on.modifyAsyncHttpResponseContent(context, attributes);
  }

  @Override
  public SdkResponse modifyResponse(
      Context.ModifyResponse context, ExecutionAttributes attributes) {
    ClavigerInterceptor on = running();
    return on == null ? context.response() : on.modifyResponse(context, attributes);
  }

  @Override
  public Throwable modifyException(
      Context.FailedExecution context, ExecutionAttributes attributes) {
    return ClavigerS3Exception.unwrapped(context.exception());
  }
}
