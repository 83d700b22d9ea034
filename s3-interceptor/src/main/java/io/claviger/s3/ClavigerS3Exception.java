package io.claviger.s3;

import io.claviger.format.FormatException;
import io.claviger.kms.KmsException;
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
    /** The object is not sealed and the interceptor was told to refuse such objects. */
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
    PROTOCOL
  }

  private final Failure failure;
  private final String where;

  private ClavigerS3Exception(
      Failure failure, String where, String message, @Nullable Throwable cause) {
    super(builder().message(where.isEmpty() ? message : where + ": " + message).cause(cause));
    this.failure = failure;
    this.where = where;
  }

  static ClavigerS3Exception of(Failure failure, String where, String message) {
    return new ClavigerS3Exception(failure, where, message, null);
  }

  /** Returns the refusal that stands for {@code cause}, with its message. */
  static ClavigerS3Exception of(String where, FormatException cause) {
    Failure failure =
        switch (cause.failure()) {
          case NAMES_NOT_BOUND, CONTEXT, UNTRUSTED_KEY -> Failure.POLICY;
          case CUSTOMER_KEY -> Failure.UNSUPPORTED;
          case TOO_LARGE -> Failure.BAD_REQUEST;
          case SOURCE_LENGTH, SOURCE_CHANGED -> Failure.SOURCE;
          default -> Failure.NOT_AUTHENTIC;
        };
    return new ClavigerS3Exception(failure, where, String.valueOf(cause.getMessage()), cause);
  }

  /** Returns the refusal that stands for {@code cause}, with its message and {@code advice}. */
  static ClavigerS3Exception of(String where, KmsException cause, String advice) {
    Failure failure =
        switch (cause.kind()) {
          case NOT_AUTHENTIC -> Failure.NOT_AUTHENTIC;
          case INVALID_REQUEST -> Failure.BAD_REQUEST;
          default -> Failure.KEYS;
        };
    return new ClavigerS3Exception(failure, where, cause.getMessage() + advice, cause);
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
}
