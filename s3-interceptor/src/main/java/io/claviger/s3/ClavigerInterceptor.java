package io.claviger.s3;

import io.claviger.encryption.EncryptionService;
import io.claviger.encryption.ObjectName;
import io.claviger.format.NameBinding;
import io.claviger.kms.EncryptionContext;
import io.claviger.s3.ClavigerS3Exception.Failure;
import io.claviger.s3.S3Operations.Action;
import java.io.InputStream;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.ClientType;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttribute;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.interceptor.InterceptorContext;
import software.amazon.awssdk.core.interceptor.SdkExecutionAttribute;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;

/**
 * Seals objects on their way to S3 and opens them on their way back, inside an unchanged {@code
 * S3Client}:
 *
 * <pre>{@code
 * var interceptor = ClavigerInterceptor.builder().provider(provider).keyId("orders").build();
 * var s3 = S3Client.builder().overrideConfiguration(c -> c.addExecutionInterceptor(interceptor)).build();
 * }</pre>
 *
 * <p>Guarantees: plaintext never reaches the store; nothing unauthenticated reaches the caller; an
 * operation that would break either is refused with {@link ClavigerS3Exception} before it is sent.
 *
 * <p>Limits: PutObject, GetObject and HeadObject of the synchronous client; 5 GiB stored for each
 * object. Sizes in listings and ETags are those of the sealed bytes.
 *
 * <p>Threads: safe, one instance for any number of clients. Blocking: calls the key management
 * service on the caller's thread, once for each object.
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

  private static final String S3 = "S3";

  private final Settings settings;
  private final PutObjectHandler put;
  private final ObjectReader reader;

  ClavigerInterceptor(Settings settings) {
    EncryptionService encryption = new EncryptionService(settings.provider());
    this.settings = settings;
    this.put = new PutObjectHandler(settings, encryption);
    this.reader = new ObjectReader(settings, encryption);
  }

  /** Begins the configuration; {@code provider} is the only option without a default. */
  public static ClavigerInterceptorBuilder builder() {
    return new ClavigerInterceptorBuilder();
  }

  private @Nullable Call ours(ExecutionAttributes attributes, Action... actions) {
    Call call = attributes.getAttribute(Call.ATTRIBUTE);
    return call != null && List.of(actions).contains(call.action()) ? call : null;
  }

  @Override
  public void beforeExecution(Context.BeforeExecution context, ExecutionAttributes attributes) {
    if (!S3.equals(attributes.getAttribute(SdkExecutionAttribute.SERVICE_NAME))) {
      return;
    }
    Call known = attributes.getAttribute(Call.ATTRIBUTE);
    if (known != null) {
      requireSame(known);
      return;
    }
    Call call = begin(context.request(), attributes);
    attributes.putAttribute(Call.ATTRIBUTE, call);
    SdkRequest request = context.request();
    if (call.action() != Action.PASS) {
      RequestGuard.refuseOverrides(call, request);
    }
    if (request instanceof PutObjectRequest r && call.action() == Action.SEAL) {
      put.check(call, r);
      call.callersBody =
          context instanceof InterceptorContext c ? c.requestBody().orElse(null) : null;
    } else if (request instanceof GetObjectRequest r && call.action() == Action.OPEN) {
      reader.check(call, r.partNumber(), r.sseCustomerAlgorithm(), r.sseCustomerKey());
    } else if (request instanceof HeadObjectRequest r && call.action() == Action.HEAD) {
      reader.check(call, r.partNumber(), r.sseCustomerAlgorithm(), r.sseCustomerKey());
    }
  }

  @SuppressWarnings("ReferenceEquality") // providers are maps: two over other keys may be equal
  private void requireSame(Call known) {
    boolean same =
        known.settings().provider() == settings.provider() && known.settings().equals(settings);
    if (!same) {
      throw ClavigerS3Exception.of(
          Failure.BAD_REQUEST,
          known.where(),
          "two Claviger interceptors with different settings in one client. Register one");
    }
  }

  private Call begin(SdkRequest request, ExecutionAttributes attributes) {
    String operation =
        Objects.requireNonNullElse(
            attributes.getAttribute(SdkExecutionAttribute.OPERATION_NAME), "");
    ObjectName asked = RequestNames.of(request);
    boolean carriesObject = RequestNames.carriesObject(request);
    S3Operations.Rule rule = S3Operations.rule(operation, carriesObject);
    if (rule.action() == Action.PASS || !settings.covers(settings.reader().bound(asked).bucket())) {
      return new Call(settings, operation, Action.PASS, asked);
    }
    if (rule.action() == Action.REFUSE) {
      throw ClavigerS3Exception.of(
          Failure.UNSUPPORTED, asked.toString(), operation + " is refused: " + rule.reason());
    }
    if (attributes.getAttribute(SdkExecutionAttribute.CLIENT_TYPE) != ClientType.SYNC) {
      throw ClavigerS3Exception.of(
          Failure.UNSUPPORTED,
          asked.toString(),
          operation + " of the asynchronous client is not supported by this version. Use S3Client");
    }
    return new Call(settings, operation, rule.action(), asked);
  }

  @Override
  public Optional<RequestBody> modifyHttpContent(
      Context.ModifyHttpRequest context, ExecutionAttributes attributes) {
    Call call = ours(attributes, Action.SEAL);
    if (call == null || call.put != null) {
      return context.requestBody();
    }
    return Optional.of(
        put.seal(
            call,
            (PutObjectRequest) context.request(),
            context.httpRequest(),
            context.requestBody().orElseGet(RequestBody::empty),
            attributes));
  }

  @Override
  public SdkHttpRequest modifyHttpRequest(
      Context.ModifyHttpRequest context, ExecutionAttributes attributes) {
    Call call = ours(attributes, Action.SEAL, Action.OPEN, Action.HEAD);
    SdkHttpRequest request = context.httpRequest();
    if (call == null || call.requestRewritten) {
      return request;
    }
    Call.SealedPut sealed = call.put;
    SdkHttpRequest rewritten =
        sealed == null ? reader.rewrite(call, request) : put.rewrite(sealed, request, attributes);
    call.requestRewritten = true;
    call.guardedHeaders = ObjectHeaders.guarded(rewritten);
    return rewritten;
  }

  @Override
  public void beforeTransmission(
      Context.BeforeTransmission context, ExecutionAttributes attributes) {
    Call call = ours(attributes, Action.SEAL, Action.OPEN, Action.HEAD);
    if (call != null) {
      call.beginAttempt();
      RequestGuard.checkFinal(call, context);
    }
  }

  @Override
  public SdkHttpResponse modifyHttpResponse(
      Context.ModifyHttpResponse context, ExecutionAttributes attributes) {
    Call call = ours(attributes, Action.SEAL, Action.OPEN, Action.HEAD);
    SdkHttpResponse response = context.httpResponse();
    if (call == null || call.answerRewritten || !response.isSuccessful()) {
      return response;
    }
    call.answerRewritten = true;
    Call.SealedPut sealed = call.put;
    return sealed == null
        ? reader.answer(call, response, context.responseBody().orElse(null), attributes)
        : put.answer(sealed, response);
  }

  @Override
  public Optional<InputStream> modifyHttpResponseContent(
      Context.ModifyHttpResponse context, ExecutionAttributes attributes) {
    Call call = ours(attributes, Action.OPEN);
    if (call == null || call.body == null || call.bodyOpened) {
      return context.responseBody();
    }
    call.bodyOpened = true;
    return Optional.of(
        call.body.open(context.responseBody().orElseGet(InputStream::nullInputStream)));
  }

  /** Brings a refusal out of what the SDK wrapped around it. */
  @Override
  public Throwable modifyException(
      Context.FailedExecution context, ExecutionAttributes attributes) {
    Throwable cause = context.exception();
    for (int depth = 0; cause != null && depth < 16; depth++, cause = cause.getCause()) {
      if (cause instanceof ClavigerS3Exception refusal) {
        return refusal;
      }
    }
    return context.exception();
  }
}
