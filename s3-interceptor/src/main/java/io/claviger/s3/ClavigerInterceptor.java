package io.claviger.s3;

import io.claviger.encryption.ObjectName;
import io.claviger.kms.EncryptionContext;
import io.claviger.s3.api.ChangedMetadata;
import io.claviger.s3.api.ClavigerS3Exception;
import io.claviger.s3.api.RequestAttributes;
import io.claviger.s3.internal.call.Exchange;
import io.claviger.s3.internal.call.Settings;
import io.claviger.s3.internal.copy.CopyPlanner;
import io.claviger.s3.internal.list.PlainSizeFinder;
import io.claviger.s3.rules.KeyChoice;
import io.claviger.s3.rules.KeyRules;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttribute;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.services.s3.S3Client;

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
 * is refused unless a synchronous client may spool it. Lengths, ranges and parts that answers
 * report are proved, those of objects of several parts by requests of its own; sizes in listings
 * are hints. ETags are those of the sealed bytes.
 *
 * <p>Threads: safe, one instance for any number of clients. Blocking: calls the key management
 * service and, for what an answer cannot wait for, the store, on the thread that calls the client;
 * for answers of asynchronous clients on threads of its own, never on event loops.
 */
public final class ClavigerInterceptor extends CallHooks {
  /** {@link RequestAttributes#KEY_ID}, under its old name. */
  public static final ExecutionAttribute<String> KEY_ID = RequestAttributes.KEY_ID;

  /** {@link RequestAttributes#ENCRYPTION_CONTEXT}, under its old name. */
  public static final ExecutionAttribute<EncryptionContext> ENCRYPTION_CONTEXT =
      RequestAttributes.ENCRYPTION_CONTEXT;

  /** {@link RequestAttributes#OFF}, under its old name. */
  public static final ExecutionAttribute<Boolean> OFF = RequestAttributes.OFF;

  private final Settings settings;
  private final PlainSizeFinder sizes;
  private final Exchanges exchanges;

  ClavigerInterceptor(Settings settings) {
    this.settings = settings;
    this.sizes = new PlainSizeFinder(settings);
    this.exchanges = new Exchanges(settings, sizes, this);
  }

  /** Begins the configuration; {@code provider} is the only option without a default. */
  public static ClavigerInterceptorBuilder builder() {
    return new ClavigerInterceptorBuilder();
  }

  /**
   * Returns how many sizes of listed objects could not be found out so far (archived, not readable
   * for this caller, not sealed): they were listed as stored.
   */
  public long unreadListSizes() {
    return sizes.unread();
  }

  /**
   * Returns how many answers of objects had user metadata or a header that is not as the writer
   * sent it (format 3.1); not counted with {@link ChangedMetadata#IGNORE}.
   */
  public long changedMetadata() {
    return exchanges.metadata().changed();
  }

  /**
   * Lets other key rules take the place of those in force, for calls that begin from then on; an
   * upload in parts keeps the key that it was created with.
   *
   * @throws IllegalStateException if the rules are those of a file: change the file
   */
  public void keyRules(KeyRules changed) {
    settings.keys().rules().exchange(changed);
  }

  /**
   * Returns which master key and context an object of this name would be sealed with, and why, if
   * the request says nothing of it. Sends nothing and calls no key service.
   *
   * @param bucket as a request names it
   * @param key the object's key, not percent-encoded
   * @return the choice; without a key id the key service's own default key
   */
  public KeyChoice explainKey(String bucket, String key) {
    ObjectName bound = settings.reader().bound(new ObjectName(bucket, key));
    KeyChoice choice = settings.keys().rules().current().explain(bound.bucket(), bound.key());
    return choice.outcome() == KeyChoice.Outcome.DEFAULT && choice.keyId() == null
        ? new KeyChoice(
            choice.outcome(), settings.keyId(), choice.context(), choice.line(), choice.why())
        : choice;
  }

  /**
   * Whether objects of this bucket are sealed at all, by the options {@code includeBuckets} and
   * {@code excludeBuckets}. Sends nothing.
   *
   * @param bucket as a request names it
   */
  public boolean covers(String bucket) {
    return settings.covers(new ObjectName(bucket, ""));
  }

  /**
   * Returns the interceptor of a client.
   *
   * @throws IllegalArgumentException if it has none of its own
   */
  static ClavigerInterceptor of(S3Client s3) {
    return s3.serviceClientConfiguration().overrideConfiguration().executionInterceptors().stream()
        .filter(ClavigerInterceptor.class::isInstance)
        .map(ClavigerInterceptor.class::cast)
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "the client has no ClavigerInterceptor: its copies would keep the old envelope. Add one"));
  }

  Settings settings() {
    return settings;
  }

  CopyPlanner copies() {
    return exchanges.copies();
  }

  @Override
  public void beforeExecution(Context.BeforeExecution context, ExecutionAttributes attributes) {
    if (!isS3(attributes)) {
      return;
    }
    Exchange known = attributes.getAttribute(Exchange.ATTRIBUTE);
    if (known != null) {
      exchanges.requireSame(known);
      return;
    }
    begin(this, context, attributes);
  }

  /** Begins a call on which {@code actor} then acts with these settings. */
  void begin(CallHooks actor, Context.BeforeExecution context, ExecutionAttributes attributes) {
    try {
      Exchange call = exchanges.begin(context.request(), attributes);
      call.actor(actor);
      attributes.putAttribute(Exchange.ATTRIBUTE, call);
      if (!call.isLeftAlone()) {
        call.begin(context);
      }
    } catch (LinkageError e) {
      throw SupportedSdk.lacking("", e);
    }
  }
}
