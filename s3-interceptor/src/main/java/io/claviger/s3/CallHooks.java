package io.claviger.s3;

import io.claviger.s3.internal.call.Exchange;
import io.claviger.s3.internal.wire.CallerExceptions;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
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
 * What happens at each hook of the SDK after a call has begun. The interceptor and the drop-in
 * inherit these hooks and differ only in how a call begins, so that neither can forget one; the
 * {@link Exchange} of the call says what happens.
 *
 * <p>Several of them may be in one client: the one that began the call acts on it, the others do
 * nothing.
 */
abstract class CallHooks implements ExecutionInterceptor {
  private static final String S3 = "S3";

  CallHooks() {}

  /** Clients call the service S3, presigners s3. */
  static boolean isS3(ExecutionAttributes attributes) {
    return S3.equalsIgnoreCase(attributes.getAttribute(SdkExecutionAttribute.SERVICE_NAME));
  }

  /** Returns the call if this interceptor acts on it. */
  private @Nullable Exchange acting(ExecutionAttributes attributes) {
    Exchange call = attributes.getAttribute(Exchange.ATTRIBUTE);
    return call != null && call.actor() == this && !call.isLeftAlone() ? call : null;
  }

  @Override
  public SdkRequest modifyRequest(Context.ModifyRequest context, ExecutionAttributes attributes) {
    Exchange call = acting(attributes);
    return call == null ? context.request() : call.modifyRequest(context.request());
  }

  @Override
  public final Optional<RequestBody> modifyHttpContent(
      Context.ModifyHttpRequest context, ExecutionAttributes attributes) {
    Exchange call = acting(attributes);
    return call == null ? context.requestBody() : call.modifyHttpContent(context);
  }

  @Override
  public final Optional<AsyncRequestBody> modifyAsyncHttpContent(
      Context.ModifyHttpRequest context, ExecutionAttributes attributes) {
    Exchange call = acting(attributes);
    return call == null ? context.asyncRequestBody() : call.modifyAsyncHttpContent(context);
  }

  @Override
  public final SdkHttpRequest modifyHttpRequest(
      Context.ModifyHttpRequest context, ExecutionAttributes attributes) {
    Exchange call = acting(attributes);
    return call == null ? context.httpRequest() : call.modifyHttpRequest(context);
  }

  @Override
  public final void beforeTransmission(
      Context.BeforeTransmission context, ExecutionAttributes attributes) {
    Exchange call = acting(attributes);
    if (call != null) {
      call.beforeTransmission(context);
    }
  }

  @Override
  public final void afterTransmission(
      Context.AfterTransmission context, ExecutionAttributes attributes) {
    Exchange call = acting(attributes);
    if (call != null) {
      call.afterTransmission(context.httpResponse());
    }
  }

  @Override
  public final SdkHttpResponse modifyHttpResponse(
      Context.ModifyHttpResponse context, ExecutionAttributes attributes) {
    Exchange call = acting(attributes);
    return call == null ? context.httpResponse() : call.modifyHttpResponse(context);
  }

  @Override
  public final Optional<InputStream> modifyHttpResponseContent(
      Context.ModifyHttpResponse context, ExecutionAttributes attributes) {
    Exchange call = acting(attributes);
    return call == null ? context.responseBody() : call.modifyHttpResponseContent(context);
  }

  @Override
  public final Optional<Publisher<ByteBuffer>> modifyAsyncHttpResponseContent(
      Context.ModifyHttpResponse context, ExecutionAttributes attributes) {
    Exchange call = acting(attributes);
    return call == null
        ? context.responsePublisher()
        : call.modifyAsyncHttpResponseContent(context);
  }

  @Override
  public final void afterUnmarshalling(
      Context.AfterUnmarshalling context, ExecutionAttributes attributes) {
    Exchange call = acting(attributes);
    if (call != null) {
      call.afterUnmarshalling(context.response());
    }
  }

  @Override
  public final SdkResponse modifyResponse(
      Context.ModifyResponse context, ExecutionAttributes attributes) {
    Exchange call = acting(attributes);
    return call == null ? context.response() : call.modifyResponse(context.response());
  }

  @Override
  public final void onExecutionFailure(
      Context.FailedExecution context, ExecutionAttributes attributes) {
    Exchange call = acting(attributes);
    if (call != null) {
      call.onExecutionFailure();
    }
  }

  /** Unwraps a refusal from the exceptions that the SDK put around it, or from its error answer. */
  @Override
  public final Throwable modifyException(
      Context.FailedExecution context, ExecutionAttributes attributes) {
    Exchange call = acting(attributes);
    Throwable thrown = context.exception();
    Throwable refusal = call == null ? null : call.refusal(thrown);
    if (refusal != null) {
      return refusal;
    }
    return isS3(attributes) ? CallerExceptions.unwrapped(thrown) : thrown;
  }
}
