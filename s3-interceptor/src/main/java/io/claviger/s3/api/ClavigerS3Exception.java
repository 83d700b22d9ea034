package io.claviger.s3.api;

import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsException;
import io.claviger.object.FormatException;
import io.claviger.s3.internal.sdk.SdkMembers;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkClientException;

/**
 * A refusal of the interceptor: nothing unauthenticated was handed out, nothing was stored in the
 * clear. The SDK never repeats a call that failed so ({@link #retryable()} is false): the store
 * would give the same bytes again.
 *
 * <p>The message says what was found, what was expected and what to do, and never holds a secret.
 */
public final class ClavigerS3Exception extends SdkClientException {
  private static final long serialVersionUID = 1L;

  /** Why a call was refused. */
  public enum Failure {
    /** Stored bytes or metadata are not those that were sealed, or not for this name and key. */
    NOT_AUTHENTIC,
    /** The object is not sealed and the interceptor is configured to refuse such objects. */
    NOT_SEALED,
    /** A policy of the reader refuses the object: names, master key or context. */
    POLICY,
    /** The operation or one of its parameters is not supported; the message names it. */
    UNSUPPORTED,
    /** The request contradicts itself or the configuration. */
    BAD_REQUEST,
    /** The bytes to be stored are not those announced, or changed between attempts. */
    SOURCE,
    /** Keys could not be obtained; the cause is a {@code KmsException}. */
    KEYS,
    /** The store's answer breaks the protocol. */
    PROTOCOL,
    /** The drop-in has no configuration, or a broken one. */
    CONFIGURATION
  }

  private final Failure failure;
  private final String where;

  private ClavigerS3Exception(
      Failure failure, String where, String message, @Nullable Throwable cause) {
    this(failure, where, builder().message(withPlace(where, message)).cause(cause));
  }

  private ClavigerS3Exception(Failure failure, String where, SdkClientException.Builder builder) {
    super(builder);
    this.failure = failure;
    this.where = where;
  }

  private static String withPlace(String where, String message) {
    return where.isEmpty() || message.startsWith(where) ? message : where + ": " + message;
  }

  /**
   * Returns a refusal.
   *
   * @param where the object as {@code s3://bucket/key}, or an empty text where there is none
   * @param message says what was found, what was expected and what to do; holds no secret
   */
  public static ClavigerS3Exception of(Failure failure, String where, String message) {
    return new ClavigerS3Exception(failure, where, message, null);
  }

  /** As {@link #of(Failure, String, String)}, of something that failed below. */
  public static ClavigerS3Exception of(
      Failure failure, String where, String message, Throwable cause) {
    return new ClavigerS3Exception(failure, where, message, cause);
  }

  /**
   * Returns the HTTP status with which S3 itself would have refused: for keys that of the key
   * management service (503 while it is down; 400 for a key that is not there, since a 404 would
   * speak of the object), 403 for what does not open, 400 for what the request got wrong, 501 for
   * what is not supported, 500 for stored bytes that are damaged.
   */
  public int statusCode() {
    if (getCause() instanceof KmsException kms && failure == Failure.KEYS) {
      return kms.kind() == ErrorKind.KEY_NOT_FOUND ? 400 : kms.httpStatus(); // the object is there
    }
    return switch (failure) {
      case POLICY, NOT_SEALED -> 403;
      case BAD_REQUEST, SOURCE -> 400;
      case UNSUPPORTED -> 501;
      case NOT_AUTHENTIC, PROTOCOL, KEYS, CONFIGURATION -> 500;
    };
  }

  /** Returns the kind of refusal. */
  public Failure failure() {
    return failure;
  }

  /** Returns the object as {@code s3://bucket/key}, or an empty text where there is none. */
  public String where() {
    return where;
  }

  /** Returns what was wrong with stored bytes or metadata, when that was the cause. */
  public Optional<FormatException.Failure> formatFailure() {
    return getCause() instanceof FormatException e ? Optional.of(e.failure()) : Optional.empty();
  }

  /** False: the same call would fail again. */
  @Override
  public boolean retryable() {
    return false;
  }

  /** The SDK rebuilds exceptions to add the number of attempts; the type must survive that. */
  @Override
  public SdkClientException.Builder toBuilder() {
    return new Rebuilding(super.toBuilder());
  }

  private final class Rebuilding implements SdkClientException.Builder {
    private final SdkClientException.Builder inner;

    Rebuilding(SdkClientException.Builder inner) {
      this.inner = inner;
    }

    @Override
    public SdkClientException.Builder message(String message) {
      inner.message(message);
      return this;
    }

    @Override
    public String message() {
      return inner.message();
    }

    @Override
    public SdkClientException.Builder cause(Throwable cause) {
      inner.cause(cause);
      return this;
    }

    @Override
    public Throwable cause() {
      return inner.cause();
    }

    @Override
    public SdkClientException.Builder writableStackTrace(Boolean writable) {
      inner.writableStackTrace(writable);
      return this;
    }

    @Override
    public Boolean writableStackTrace() {
      return inner.writableStackTrace();
    }

    @SuppressWarnings("MissingOverride") // older SDKs do not declare it
    public SdkClientException.Builder numAttempts(Integer attempts) {
      SdkMembers.numAttempts(inner, attempts);
      return this;
    }

    @SuppressWarnings("MissingOverride") // older SDKs do not declare it
    public @Nullable Integer numAttempts() {
      return SdkMembers.numAttempts(inner);
    }

    @Override
    public SdkClientException build() {
      return new ClavigerS3Exception(failure, where, inner);
    }
  }
}
