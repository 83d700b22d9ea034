package io.claviger.s3;

import io.claviger.format.NameBinding;
import io.claviger.kms.EncryptionContext;
import io.claviger.s3.S3Operations.Action;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttribute;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;

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
public final class ClavigerInterceptor extends CallHooks {
  /** For one request: the master key to seal with, instead of the configured one. */
  public static final ExecutionAttribute<String> KEY_ID = Attributes.named("io.claviger.s3.KeyId");

  /**
   * For one request: the encryption context to seal with, instead of the configured one; on
   * reading, the context that the object must have been sealed with, whole.
   */
  public static final ExecutionAttribute<EncryptionContext> ENCRYPTION_CONTEXT =
      Attributes.named("io.claviger.s3.EncryptionContext");

  /** For one request: true leaves it alone, as if there were no interceptor. */
  public static final ExecutionAttribute<Boolean> OFF = Attributes.named("io.claviger.s3.Off");

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

  /** What is done with empty objects whose key ends in {@code /}, by which tools show folders. */
  public enum DirectoryMarkers {
    /**
     * They are stored and read as they are, not sealed. The owner of the store can put one in the
     * place of a sealed object of such a name, which then reads as empty.
     */
    ACCEPT,
    /** They are sealed as any other object, and one that is not sealed is refused. */
    REFUSE
  }

  /** What is done with user metadata and headers that are not as the writer sent them. */
  public enum Metadata {
    /** Reading the object is an error. */
    REFUSE,
    /** The object is read; a log entry, a counter and an audit event say what differs. */
    WARN,
    /** Nothing: they are not compared. */
    IGNORE
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

  /**
   * Returns how many answers of objects had user metadata or a header that is not as the writer
   * sent it (format 3.1); not counted with {@link Metadata#IGNORE}.
   */
  public long changedMetadata() {
    return calls.metadata().changed();
  }

  Settings settings() {
    return settings;
  }

  CopyObjectHandler copies() {
    return calls.copies();
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
    begin(this, context, attributes);
  }

  /** Begins a call on which {@code actor} then acts with these settings. */
  void begin(CallHooks actor, Context.BeforeExecution context, ExecutionAttributes attributes) {
    Call call = calls.begin(actor, context.request(), attributes);
    attributes.putAttribute(Call.ATTRIBUTE, call);
    if (call.action() != Action.PASS) {
      RequestGuard.refuseOverrides(call, context.request());
      calls.hooks(call).check(call, context);
    }
  }
}
