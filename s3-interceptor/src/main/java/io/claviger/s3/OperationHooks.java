package io.claviger.s3;

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
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.SdkHttpResponse;

/**
 * What one kind of operation does in the SDK's hooks; by default nothing. {@link
 * ClavigerInterceptor} calls each method at most once for each request or attempt, and only for
 * operations of ours.
 *
 * <p>Request hooks run on the thread that makes the request and may block. Answer hooks of
 * asynchronous clients run on event loops and may not.
 */
abstract class OperationHooks {
  /** Refuses what cannot be done, before anything happens. */
  void check(Call call, Context.BeforeExecution context) {}

  /** Returns the request to be made; may ask store and key management service. */
  SdkRequest plan(Call call, SdkRequest request, ExecutionAttributes attributes) {
    return request;
  }

  /** Returns the body to be sent by a synchronous client. */
  Optional<RequestBody> body(
      Call call, Context.ModifyHttpRequest context, ExecutionAttributes attributes) {
    return context.requestBody();
  }

  /** Returns the body to be sent by an asynchronous client. */
  Optional<AsyncRequestBody> asyncBody(
      Call call, Context.ModifyHttpRequest context, ExecutionAttributes attributes) {
    return context.asyncRequestBody();
  }

  /** Returns the headers to be sent. */
  SdkHttpRequest rewrite(Call call, SdkHttpRequest request, ExecutionAttributes attributes) {
    return request;
  }

  /** Comes before each attempt; may block, since it runs on no event loop. */
  void attempt(Call call) {}

  /** Whether {@link #answer} is for this answer; errors are left alone. */
  boolean answers(SdkHttpResponse response) {
    return response.isSuccessful();
  }

  /**
   * Returns the headers of an answer.
   *
   * @param body the answer's body where a synchronous client has one
   */
  SdkHttpResponse answer(
      Call call,
      SdkHttpResponse response,
      @Nullable InputStream body,
      ExecutionAttributes attributes) {
    return response;
  }

  /** Returns the body of an answer to a synchronous client; the answer to a HEAD has none. */
  Optional<InputStream> answerBody(Call call, Context.ModifyHttpResponse context) {
    BodyPlan plan = call.bodyPlan();
    if (plan == null) {
      return context.responseBody();
    }
    InputStream stored = context.responseBody().orElseGet(InputStream::nullInputStream);
    InputStream given = plan.stream().apply(stored);
    call.given = given;
    return Optional.of(given);
  }

  /** As {@link #answerBody}, for asynchronous clients. */
  Optional<Publisher<ByteBuffer>> asyncAnswerBody(Call call, Context.ModifyHttpResponse context) {
    BodyPlan plan = call.bodyPlan();
    return plan == null
        ? context.responsePublisher()
        : context.responsePublisher().map(plan.publisher());
  }

  /** Notes the answer as the SDK read it, before any interceptor changes it. */
  void read(Call call, SdkResponse response) {}

  /** Returns the answer for the caller; other interceptors may have changed it already. */
  SdkResponse result(Call call, SdkResponse response) {
    return response;
  }

  /** Takes back what was noted for a call that failed. */
  void failed(Call call) {}
}
