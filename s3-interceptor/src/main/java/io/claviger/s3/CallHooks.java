package io.claviger.s3;

import io.claviger.s3.S3Operations.Action;
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
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * What happens at each hook of the SDK after a call has begun. The interceptor and the drop-in
 * inherit these hooks and differ only in how a call begins, so that neither can forget one.
 *
 * <p>Several of them may be in one client: the one that began the call is its actor, the others
 * rest.
 */
abstract class CallHooks implements ExecutionInterceptor {
  private static final String S3 = "S3";

  CallHooks() {}

  /** Clients call the service S3, presigners s3. */
  static boolean isS3(ExecutionAttributes attributes) {
    return S3.equalsIgnoreCase(attributes.getAttribute(SdkExecutionAttribute.SERVICE_NAME));
  }

  /** Returns the call if this interceptor acts on it. */
  private @Nullable Call call(ExecutionAttributes attributes) {
    Call call = attributes.getAttribute(Call.ATTRIBUTE);
    boolean acts = call != null && call.actor == this && call.action() != Action.PASS;
    return acts ? call : null;
  }

  private static OperationHooks of(Call call) {
    return call.owner().hooks(call);
  }

  @Override
  public SdkRequest modifyRequest(Context.ModifyRequest context, ExecutionAttributes attributes) {
    Call call = call(attributes);
    if (call == null || call.planned) {
      return context.request();
    }
    call.planned = true;
    return of(call).plan(call, context.request(), attributes);
  }

  @Override
  public final Optional<RequestBody> modifyHttpContent(
      Context.ModifyHttpRequest context, ExecutionAttributes attributes) {
    Call call = call(attributes);
    if (call == null || call.async || call.bodyPlanned) {
      return context.requestBody();
    }
    call.bodyPlanned = true;
    return of(call).body(call, context, attributes);
  }

  @Override
  public final Optional<AsyncRequestBody> modifyAsyncHttpContent(
      Context.ModifyHttpRequest context, ExecutionAttributes attributes) {
    Call call = call(attributes);
    if (call == null || !call.async || call.bodyPlanned) {
      return context.asyncRequestBody();
    }
    call.bodyPlanned = true;
    return of(call).asyncBody(call, context, attributes);
  }

  @Override
  public final SdkHttpRequest modifyHttpRequest(
      Context.ModifyHttpRequest context, ExecutionAttributes attributes) {
    Call call = call(attributes);
    if (call == null || call.requestRewritten) {
      return context.httpRequest();
    }
    call.sent = context.request();
    SdkHttpRequest rewritten = of(call).rewrite(call, context.httpRequest(), attributes);
    call.requestRewritten = true;
    call.guardedHeaders = ObjectHeaders.guarded(rewritten);
    return rewritten;
  }

  @Override
  public final void beforeTransmission(
      Context.BeforeTransmission context, ExecutionAttributes attributes) {
    Call call = call(attributes);
    if (call != null) {
      call.beginAttempt();
      call.ifMatch = context.httpRequest().firstMatchingHeader(ObjectHeaders.IF_MATCH).orElse(null);
      of(call).attempt(call);
      call.overridden = Covered.overridden(context.httpRequest());
      RequestGuard.checkFinal(call, context);
    }
  }

  @Override
  public final void afterTransmission(
      Context.AfterTransmission context, ExecutionAttributes attributes) {
    Call call = call(attributes);
    if (call != null) {
      call.answers.arrived(call, context.httpResponse());
    }
  }

  @Override
  public final SdkHttpResponse modifyHttpResponse(
      Context.ModifyHttpResponse context, ExecutionAttributes attributes) {
    Call call = call(attributes);
    SdkHttpResponse response = context.httpResponse();
    if (call != null && call.answers.refusal() != null) {
      return OneAnswer.EMPTY;
    }
    if (call == null || call.answerRewritten || !of(call).answers(response)) {
      return response;
    }
    call.answerRewritten = true;
    InputStream body = context.responseBody().orElse(null);
    return RefusedAnswer.orElse(call, () -> of(call).answer(call, response, body, attributes));
  }

  @Override
  public final Optional<InputStream> modifyHttpResponseContent(
      Context.ModifyHttpResponse context, ExecutionAttributes attributes) {
    Call call = call(attributes);
    if (call == null || call.async || !call.answerRewritten || call.bodyOpened) {
      return context.responseBody();
    }
    call.bodyOpened = true;
    return of(call).answerBody(call, context);
  }

  @Override
  public final Optional<Publisher<ByteBuffer>> modifyAsyncHttpResponseContent(
      Context.ModifyHttpResponse context, ExecutionAttributes attributes) {
    Call call = call(attributes);
    if (call != null) {
      call.answers.requireOrDrop(context.responsePublisher().orElse(null));
    }
    if (call == null || !call.answerRewritten || call.bodyOpened) {
      return context.responsePublisher();
    }
    call.bodyOpened = true;
    return call.refused == null
        ? of(call).asyncAnswerBody(call, context)
        : Optional.of(
            call.refused.body(context.responsePublisher().orElseGet(AsyncRequestBody::empty)));
  }

  @Override
  public final void afterUnmarshalling(
      Context.AfterUnmarshalling context, ExecutionAttributes attributes) {
    Call call = call(attributes);
    if (call != null) {
      call.answers.require();
      of(call).read(call, context.response());
    }
  }

  @Override
  public final SdkResponse modifyResponse(
      Context.ModifyResponse context, ExecutionAttributes attributes) {
    Call call = call(attributes);
    if (call == null || call.resultRewritten) {
      return context.response();
    }
    call.resultRewritten = true;
    return of(call).result(call, context.response());
  }

  @Override
  public final void onExecutionFailure(
      Context.FailedExecution context, ExecutionAttributes attributes) {
    Call call = call(attributes);
    if (call != null) {
      call.dropBody();
      of(call).failed(call);
    }
  }

  /** Brings a refusal out of what the SDK wrapped around it, or made of its error answer. */
  @Override
  public final Throwable modifyException(
      Context.FailedExecution context, ExecutionAttributes attributes) {
    Call call = call(attributes);
    ClavigerS3Exception second = call == null ? null : call.answers.refusal();
    if (second != null && context.exception().getClass().isInstance(second)) {
      return second; // the SDK allows no exception of another class
    }
    if (call != null && call.refused != null && context.exception() instanceof S3Exception) {
      return call.refused.refusal();
    }
    Throwable thrown = context.exception();
    return isS3(attributes) ? ClavigerS3Exception.unwrapped(thrown) : thrown;
  }
}
