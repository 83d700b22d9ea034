package io.claviger.s3;

import io.claviger.s3.internal.call.Exchange;
import io.claviger.s3.internal.wire.CallerExceptions;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
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

  /**
   * Runs a hook of the call, if this interceptor acts on it. What an SDK lacks is no error of the
   * virtual machine for the caller, but a refusal.
   *
   * @param untouched returned otherwise
   */
  private <T> T hook(ExecutionAttributes attributes, T untouched, Function<Exchange, T> hook) {
    Exchange call = acting(attributes);
    if (call == null) {
      return untouched;
    }
    try {
      return hook.apply(call);
    } catch (LinkageError e) {
      throw SupportedSdk.lacking(call.where(), e);
    }
  }

  private void hook(ExecutionAttributes attributes, Consumer<Exchange> hook) {
    hook(
        attributes,
        this,
        call -> {
          hook.accept(call);
          return this;
        });
  }

  @Override
  public SdkRequest modifyRequest(Context.ModifyRequest context, ExecutionAttributes attributes) {
    return hook(attributes, context.request(), call -> call.modifyRequest(context.request()));
  }

  @Override
  public final Optional<RequestBody> modifyHttpContent(
      Context.ModifyHttpRequest context, ExecutionAttributes attributes) {
    return hook(attributes, context.requestBody(), call -> call.modifyHttpContent(context));
  }

  @Override
  public final Optional<AsyncRequestBody> modifyAsyncHttpContent(
      Context.ModifyHttpRequest context, ExecutionAttributes attributes) {
    return hook(
        attributes, context.asyncRequestBody(), call -> call.modifyAsyncHttpContent(context));
  }

  @Override
  public final SdkHttpRequest modifyHttpRequest(
      Context.ModifyHttpRequest context, ExecutionAttributes attributes) {
    return hook(attributes, context.httpRequest(), call -> call.modifyHttpRequest(context));
  }

  @Override
  public final void beforeTransmission(
      Context.BeforeTransmission context, ExecutionAttributes attributes) {
    hook(attributes, call -> call.beforeTransmission(context));
  }

  @Override
  public final void afterTransmission(
      Context.AfterTransmission context, ExecutionAttributes attributes) {
    hook(attributes, call -> call.afterTransmission(context.httpResponse()));
  }

  @Override
  public final SdkHttpResponse modifyHttpResponse(
      Context.ModifyHttpResponse context, ExecutionAttributes attributes) {
    return hook(attributes, context.httpResponse(), call -> call.modifyHttpResponse(context));
  }

  @Override
  public final Optional<InputStream> modifyHttpResponseContent(
      Context.ModifyHttpResponse context, ExecutionAttributes attributes) {
    return hook(
        attributes, context.responseBody(), call -> call.modifyHttpResponseContent(context));
  }

  @Override
  public final Optional<Publisher<ByteBuffer>> modifyAsyncHttpResponseContent(
      Context.ModifyHttpResponse context, ExecutionAttributes attributes) {
    return hook(
        attributes,
        context.responsePublisher(),
        call -> call.modifyAsyncHttpResponseContent(context));
  }

  @Override
  public final void afterUnmarshalling(
      Context.AfterUnmarshalling context, ExecutionAttributes attributes) {
    hook(attributes, call -> call.afterUnmarshalling(context.response()));
  }

  @Override
  public final SdkResponse modifyResponse(
      Context.ModifyResponse context, ExecutionAttributes attributes) {
    return hook(attributes, context.response(), call -> call.modifyResponse(context.response()));
  }

  @Override
  public final void afterExecution(Context.AfterExecution context, ExecutionAttributes attributes) {
    hook(attributes, Exchange::afterExecution);
  }

  @Override
  public final void onExecutionFailure(
      Context.FailedExecution context, ExecutionAttributes attributes) {
    hook(attributes, Exchange::onExecutionFailure);
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
