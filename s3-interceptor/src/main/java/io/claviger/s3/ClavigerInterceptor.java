package io.claviger.s3;

import io.claviger.format.NameBinding;
import io.claviger.kms.EncryptionContext;
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
import software.amazon.awssdk.core.interceptor.ExecutionAttribute;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.interceptor.SdkExecutionAttribute;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Seals objects on their way to S3 and opens them on their way back, inside an unchanged {@code
 * S3Client} or {@code S3AsyncClient}:
 *
 * <pre>{@code
 * var interceptor = ClavigerInterceptor.builder().provider(provider).keyId("orders").build();
 * var s3 = S3Client.builder().overrideConfiguration(c -> c.addExecutionInterceptor(interceptor)).build();
 * }</pre>
 *
 * <p>Guarantees: plaintext never reaches the store; nothing unauthenticated reaches the caller; an
 * operation that would break either is refused with {@link ClavigerS3Exception} before it is sent.
 *
 * <p>Limits: 5 GiB stored for each PutObject and each part of an upload; a body of unknown length
 * is refused. Lengths, ranges and parts that callers are told of are proved, those of objects of
 * several parts by requests of its own; sizes in listings are hints. ETags are those of the sealed
 * bytes.
 *
 * <p>Threads: safe, one instance for any number of clients. Blocking: calls the key management
 * service and, for what an answer cannot wait for, the store, on the thread that calls the client;
 * for answers of asynchronous clients on threads of its own, never on event loops.
 */
public final class ClavigerInterceptor implements ExecutionInterceptor {
  /** For one request: the master key to seal with, instead of the configured one. */
  public static final ExecutionAttribute<String> KEY_ID =
      new ExecutionAttribute<>("io.claviger.s3.KeyId");

  /**
   * For one request: the encryption context to seal with, instead of the configured one; on
   * reading, the context that the object must have been sealed with, whole.
   */
  public static final ExecutionAttribute<EncryptionContext> ENCRYPTION_CONTEXT =
      new ExecutionAttribute<>("io.claviger.s3.EncryptionContext");

  /** For one request: true leaves it alone, as if there were no interceptor. */
  public static final ExecutionAttribute<Boolean> OFF =
      new ExecutionAttribute<>("io.claviger.s3.Off");

  /** What is done with objects that are not sealed. */
  public enum PlaintextObjects {
    /** Reading one is an error: somebody may have replaced a sealed object. */
    REJECT,
    /** They are read as they are, unauthenticated: for the time of a migration. */
    ALLOW
  }

  /** Which names are bound to an object, strongest first. */
  public enum Names {
    /** Bucket and key: an object found under another name does not open. */
    OBJECT(NameBinding.OBJECT),
    /** The bucket: an object opens under any key of its bucket. */
    BUCKET(NameBinding.BUCKET),
    /** Nothing: an object opens anywhere. */
    NONE(NameBinding.NONE);

    final NameBinding binding;

    Names(NameBinding binding) {
      this.binding = binding;
    }
  }

  /** Who sees the encryption parameters of callers (SSE-S3, SSE-KMS, SSE-C). */
  public enum SseParameters {
    /** They are honoured here and never sent on. */
    CLIENT_SIDE,
    /** They are sent on and mean the store's own encryption; here the configured key seals. */
    PASS_THROUGH,
    /** They are honoured here and sent on too, for bucket policies that demand them. */
    BOTH;

    boolean honoured() {
      return this != PASS_THROUGH;
    }

    boolean sentOn() {
      return this != CLIENT_SIDE;
    }
  }

  /** What sizes listings tell. All are hints: only HeadObject proves a length. */
  public enum ListSizes {
    /** Plaintext sizes; objects of 5 MiB and more cost a request each, once. */
    EXACT,
    /** Plaintext sizes where no request is needed, stored sizes otherwise. */
    ARITHMETIC,
    /** Stored sizes. */
    OFF
  }

  private static final String S3 = "S3";

  private final Settings settings;
  private final PlainSizes sizes;
  private final Calls calls;

  ClavigerInterceptor(Settings settings) {
    this.settings = settings;
    this.sizes = new PlainSizes(settings);
    this.calls = new Calls(settings, sizes, this);
  }

  /** Begins the configuration; {@code provider} is the only option without a default. */
  public static ClavigerInterceptorBuilder builder() {
    return new ClavigerInterceptorBuilder();
  }

  /**
   * Returns how many sizes of listed objects could not be found out so far (archived, not readable
   * for this caller, not sealed): they were told as stored.
   */
  public long unreadListSizes() {
    return sizes.unread();
  }

  Settings settings() {
    return settings;
  }

  CopyObjectHandler copies() {
    return calls.copies();
  }

  /** Returns the call if it is one of ours to act on. */
  private @Nullable Call call(ExecutionAttributes attributes) {
    Call call = attributes.getAttribute(Call.ATTRIBUTE);
    boolean acts = call != null && call.owner() == calls && call.action() != Action.PASS;
    return acts ? call : null;
  }

  private OperationHooks of(Call call) {
    return calls.hooks(call);
  }

  /** Clients call the service S3, presigners s3. */
  static boolean isS3(ExecutionAttributes attributes) {
    return S3.equalsIgnoreCase(attributes.getAttribute(SdkExecutionAttribute.SERVICE_NAME));
  }

  @Override
  public void beforeExecution(Context.BeforeExecution context, ExecutionAttributes attributes) {
    if (!isS3(attributes)) {
      return;
    }
    Call known = attributes.getAttribute(Call.ATTRIBUTE);
    if (known != null) {
      calls.requireSame(known);
      return;
    }
    Call call = calls.begin(context.request(), attributes);
    attributes.putAttribute(Call.ATTRIBUTE, call);
    if (call.action() != Action.PASS) {
      RequestGuard.refuseOverrides(call, context.request());
      of(call).check(call, context);
    }
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
  public Optional<RequestBody> modifyHttpContent(
      Context.ModifyHttpRequest context, ExecutionAttributes attributes) {
    Call call = call(attributes);
    if (call == null || call.async || call.bodyPlanned) {
      return context.requestBody();
    }
    call.bodyPlanned = true;
    return of(call).body(call, context, attributes);
  }

  @Override
  public Optional<AsyncRequestBody> modifyAsyncHttpContent(
      Context.ModifyHttpRequest context, ExecutionAttributes attributes) {
    Call call = call(attributes);
    if (call == null || !call.async || call.bodyPlanned) {
      return context.asyncRequestBody();
    }
    call.bodyPlanned = true;
    return of(call).asyncBody(call, context, attributes);
  }

  @Override
  public SdkHttpRequest modifyHttpRequest(
      Context.ModifyHttpRequest context, ExecutionAttributes attributes) {
    Call call = call(attributes);
    if (call == null || call.requestRewritten) {
      return context.httpRequest();
    }
    SdkHttpRequest rewritten = of(call).rewrite(call, context.httpRequest(), attributes);
    call.requestRewritten = true;
    call.guardedHeaders = ObjectHeaders.guarded(rewritten);
    return rewritten;
  }

  @Override
  public void beforeTransmission(
      Context.BeforeTransmission context, ExecutionAttributes attributes) {
    Call call = call(attributes);
    if (call != null) {
      call.beginAttempt();
      of(call).attempt(call);
      RequestGuard.checkFinal(call, context);
    }
  }

  @Override
  public SdkHttpResponse modifyHttpResponse(
      Context.ModifyHttpResponse context, ExecutionAttributes attributes) {
    Call call = call(attributes);
    SdkHttpResponse response = context.httpResponse();
    if (call == null || call.answerRewritten || !of(call).answers(response)) {
      return response;
    }
    call.answerRewritten = true;
    InputStream body = context.responseBody().orElse(null);
    return RefusedAnswer.orElse(call, () -> of(call).answer(call, response, body, attributes));
  }

  @Override
  public Optional<InputStream> modifyHttpResponseContent(
      Context.ModifyHttpResponse context, ExecutionAttributes attributes) {
    Call call = call(attributes);
    if (call == null || call.async || !call.answerRewritten || call.bodyOpened) {
      return context.responseBody();
    }
    call.bodyOpened = true;
    return of(call).answerBody(call, context);
  }

  @Override
  public Optional<Publisher<ByteBuffer>> modifyAsyncHttpResponseContent(
      Context.ModifyHttpResponse context, ExecutionAttributes attributes) {
    Call call = call(attributes);
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
  public SdkResponse modifyResponse(
      Context.ModifyResponse context, ExecutionAttributes attributes) {
    Call call = call(attributes);
    if (call == null || call.resultRewritten) {
      return context.response();
    }
    call.resultRewritten = true;
    return of(call).result(call, context.response());
  }

  @Override
  public void onExecutionFailure(Context.FailedExecution context, ExecutionAttributes attributes) {
    Call call = call(attributes);
    if (call != null) {
      of(call).failed(call);
    }
  }

  /** Brings a refusal out of what the SDK wrapped around it, or made of its error answer. */
  @Override
  public Throwable modifyException(
      Context.FailedExecution context, ExecutionAttributes attributes) {
    Call call = call(attributes);
    if (call != null && call.refused != null && context.exception() instanceof S3Exception) {
      return call.refused.refusal();
    }
    return ClavigerS3Exception.unwrapped(context.exception());
  }
}
