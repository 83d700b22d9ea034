package io.claviger.s3.internal.call;

import io.claviger.encryption.ObjectName;
import io.claviger.format.CoveredHeaders;
import io.claviger.s3.api.ClavigerS3Exception;
import io.claviger.s3.internal.sdk.Attributes;
import io.claviger.s3.internal.sdk.Md5Checks;
import io.claviger.s3.internal.wire.ObjectHeaders;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.SdkResponse;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttribute;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * One API call, kept in its execution attributes. A subclass for each operation says what happens
 * at the SDK's hooks, by default nothing, and owns that operation's state; what belongs to one
 * transmission is kept in an {@link Attempt}.
 *
 * <p>The final methods are called by the interceptor at the hook of the same kind, and each does
 * its work at most once for each request or attempt: a second registration of the interceptor does
 * nothing. Request hooks run on the thread that makes the request and may block. Answer hooks of
 * asynchronous clients run on event loops and may not.
 *
 * <p>Threads: one at a time, as the SDK calls its hooks; {@link #attempt} may be read by any.
 */
public abstract class Exchange {
  /** The call that a request belongs to. */
  public static final ExecutionAttribute<Exchange> ATTRIBUTE = Attributes.named("claviger.s3.call");

  /**
   * How a call begins.
   *
   * @param settings decide what is done with it
   * @param operation S3's name of it
   * @param request as the caller made it
   * @param attributes the same object at every hook
   * @param asked the object that it names, with empty texts where it names none
   * @param async whether the client is an asynchronous one
   */
  public record Beginning(
      Settings settings,
      String operation,
      SdkRequest request,
      ExecutionAttributes attributes,
      ObjectName asked,
      boolean async) {}

  /**
   * A body that must be the one that is sent.
   *
   * @param body null for an asynchronous client's, which the SDK wraps
   * @param bytes its length
   */
  public record PlannedBody(@Nullable ContentStreamProvider body, long bytes) {}

  private final Beginning begun;

  /** The interceptor that acts on the call: others of the same client do nothing. */
  private @Nullable ExecutionInterceptor actor;

  /** Set where the SDK would have compared the MD5 of what it sends. */
  private boolean comparesMd5;

  private boolean planned;
  private boolean bodyPlanned;

  /** The headers that decide on object bytes, as this interceptor left them; null before. */
  private @Nullable Map<String, List<String>> guarded;

  /** The request as other interceptors left it, before the SDK made headers of it. */
  private @Nullable SdkRequest sent;

  private volatile Attempt attempt = new Attempt(null);

  protected Exchange(Beginning begun) {
    this.begun = begun;
  }

  public final Settings settings() {
    return begun.settings();
  }

  public final String operation() {
    return begun.operation();
  }

  /** Returns the object that the caller names. */
  public final ObjectName asked() {
    return begun.asked();
  }

  /** Returns the object as messages name it. */
  public final String where() {
    return begun.asked().toString();
  }

  public final boolean async() {
    return begun.async();
  }

  public final ExecutionAttributes attributes() {
    return begun.attributes();
  }

  public final Attempt attempt() {
    return attempt;
  }

  /** Returns the request as other interceptors left it, null before the SDK made headers of it. */
  protected final @Nullable SdkRequest sent() {
    return sent;
  }

  public final @Nullable ExecutionInterceptor actor() {
    return actor;
  }

  /** Lets {@code interceptor} act on this call, and no other. */
  public final void actor(ExecutionInterceptor interceptor) {
    actor = interceptor;
  }

  /** Returns the refusal of an answer that breaks the protocol. */
  public final ClavigerS3Exception protocol(String found) {
    return ClavigerS3Exception.of(
        ClavigerS3Exception.Failure.PROTOCOL,
        where(),
        "%s: the store answered with %s. Nothing of it was returned; check the store or the proxy before it"
            .formatted(operation(), found));
  }

  /** Whether the SDK would have compared an MD5, and does not, since it sees other bytes. */
  protected final boolean comparesMd5() {
    return comparesMd5;
  }

  /** Whether the call is left alone. */
  public boolean isLeftAlone() {
    return false;
  }

  /** Whether callers get a body: the answer to a HEAD has none. */
  public boolean givesBody() {
    return true;
  }

  /** Refuses what cannot be done, before anything happens. */
  protected void check(Context.BeforeExecution context) {}

  /** Returns the request to be made; may ask store and key management service. */
  protected SdkRequest plan(SdkRequest request) {
    return request;
  }

  /** Returns the body to be sent by a synchronous client. */
  protected Optional<RequestBody> body(Context.ModifyHttpRequest context) {
    return context.requestBody();
  }

  /** Returns the body to be sent by an asynchronous client. */
  protected Optional<AsyncRequestBody> asyncBody(Context.ModifyHttpRequest context) {
    return context.asyncRequestBody();
  }

  /** Returns the headers to be sent. */
  protected SdkHttpRequest rewrite(SdkHttpRequest request) {
    return request;
  }

  /** Comes before each attempt; may block, since it runs on no event loop. */
  protected void beforeAttempt() {}

  /** Whether {@link #answer} is for this answer; errors are left alone. */
  protected boolean answers(SdkHttpResponse response) {
    return response.isSuccessful();
  }

  /**
   * Returns the headers of an answer; {@link Attempt#open} says what becomes of its body.
   *
   * @param body the answer's body where a synchronous client has one
   */
  protected SdkHttpResponse answer(SdkHttpResponse response, @Nullable InputStream body) {
    return response;
  }

  /** Returns the body of a good answer as an asynchronous client reads it. */
  protected Publisher<ByteBuffer> asyncAnswer(Publisher<ByteBuffer> body) {
    return body;
  }

  /** Notes the answer as the SDK read it, before any interceptor changes it. */
  protected void read(SdkResponse response) {}

  /** Returns the answer for the caller; other interceptors may have changed it already. */
  protected SdkResponse result(SdkResponse response) {
    return response;
  }

  /** Takes back what was noted for a call that failed. */
  protected void failed() {}

  /** Lets go of what the call needed; comes at its end, however it ended. */
  protected void ended() {}

  /** Returns the headers of a request that are sealed with the object, null for none. */
  protected @Nullable CoveredHeaders covered() {
    return null;
  }

  /** Returns the body that must be the one that is sent, null where it does not matter. */
  protected @Nullable PlannedBody plannedBody() {
    return null;
  }

  /** Whether the body of {@link #asyncBody} was not sent, but another in its place. */
  protected boolean sentAnotherBody() {
    return false;
  }

  /** Refuses what cannot be done; comes first. */
  public final void begin(Context.BeforeExecution context) {
    RequestGuard.refuseOverrides(this, context.request());
    check(context);
    comparesMd5 = Md5Checks.leaveOut(attributes());
  }

  public final SdkRequest modifyRequest(SdkRequest request) {
    if (planned) {
      return request;
    }
    planned = true;
    RequestGuard.refuseOldNative(this);
    return plan(request);
  }

  public final Optional<RequestBody> modifyHttpContent(Context.ModifyHttpRequest context) {
    if (async() || bodyPlanned) {
      return context.requestBody();
    }
    bodyPlanned = true;
    return body(context);
  }

  public final Optional<AsyncRequestBody> modifyAsyncHttpContent(
      Context.ModifyHttpRequest context) {
    if (!async() || bodyPlanned) {
      return context.asyncRequestBody();
    }
    bodyPlanned = true;
    return asyncBody(context);
  }

  public final SdkHttpRequest modifyHttpRequest(Context.ModifyHttpRequest context) {
    if (guarded != null) {
      return context.httpRequest();
    }
    sent = context.request();
    SdkHttpRequest rewritten = rewrite(context.httpRequest());
    guarded = ObjectHeaders.guarded(rewritten);
    return rewritten;
  }

  public final void beforeTransmission(Context.BeforeTransmission context) {
    attempt.drop();
    attempt = new Attempt(context.httpRequest());
    beforeAttempt();
    RequestGuard.checkFinal(this, guarded, context);
  }

  public final void afterTransmission(SdkHttpResponse response) {
    attempt.answers().arrived(response, () -> protocol("a second answer to one request"));
  }

  public final SdkHttpResponse modifyHttpResponse(Context.ModifyHttpResponse context) {
    SdkHttpResponse response = context.httpResponse();
    if (attempt.answers().refusal() != null) {
      return OneAnswer.EMPTY;
    }
    if (attempt.isRewritten() || !answers(response)) {
      return response;
    }
    attempt.rewritten();
    try {
      RequestGuard.checkSent(this);
      return answer(response, context.responseBody().orElse(null));
    } catch (RuntimeException e) {
      if (!async()) {
        throw e;
      }
      return attempt.refuse(e);
    }
  }

  public final Optional<InputStream> modifyHttpResponseContent(Context.ModifyHttpResponse context) {
    Optional<InputStream> stored = context.responseBody();
    if (async() || !attempt.opensBody()) {
      return stored;
    }
    return givesBody() ? attempt.opened(stored) : stored;
  }

  public final Optional<Publisher<ByteBuffer>> modifyAsyncHttpResponseContent(
      Context.ModifyHttpResponse context) {
    Optional<Publisher<ByteBuffer>> stored = context.responsePublisher();
    attempt.answers().requireOrDrop(stored.orElse(null));
    if (!attempt.opensBody()) {
      return stored;
    }
    return attempt.openedLater(stored, givesBody()).map(this::asyncAnswer);
  }

  public final void afterUnmarshalling(SdkResponse response) {
    attempt.answers().require();
    read(response);
  }

  public final SdkResponse modifyResponse(SdkResponse response) {
    return attempt.returnsResult() ? result(response) : response;
  }

  public final void onExecutionFailure() {
    attempt.drop();
    failed();
    ended();
  }

  public final void afterExecution() {
    ended();
  }

  /** Returns what the caller meets in the place of {@code thrown}, null for what it stands for. */
  public final @Nullable Throwable refusal(Throwable thrown) {
    ClavigerS3Exception second = attempt.answers().refusal();
    if (second != null && thrown.getClass().isInstance(second)) {
      return second; // the SDK allows no exception of another class
    }
    RefusedAnswer refused = attempt.refused();
    return refused != null && thrown instanceof S3Exception ? refused.refusal() : null;
  }
}
