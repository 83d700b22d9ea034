package io.claviger.kms;

import org.jspecify.annotations.Nullable;

/**
 * A failure of key management. The message names what was found, what was expected and what to do
 * next; it never holds a secret or a response body.
 *
 * <p>Make one with {@link #of(ErrorKind, String)}: the subclass follows from the kind's family.
 */
public abstract sealed class KmsException extends RuntimeException
    permits ConfigurationException, BackendException, CryptoException, CacheException {
  private static final long serialVersionUID = 1L;

  private final ErrorKind kind;

  KmsException(ErrorKind kind, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  /** Returns the exception class of {@code kind}'s family with {@code message}. */
  public static KmsException of(ErrorKind kind, String message) {
    return of(kind, message, null);
  }

  /**
   * Returns the exception class of {@code kind}'s family with {@code message} and {@code cause}.
   */
  public static KmsException of(ErrorKind kind, String message, @Nullable Throwable cause) {
    return switch (kind.family()) {
      case CONFIGURATION -> new ConfigurationException(kind, message, cause);
      case BACKEND -> new BackendException(kind, message, cause);
      case CRYPTO -> new CryptoException(kind, message, cause);
      case CACHE -> new CacheException(kind, message, cause);
    };
  }

  /** Returns the row of the error table that this failure belongs to. */
  public ErrorKind kind() {
    return kind;
  }

  /** Returns the HTTP status that an admin API would answer. */
  public int httpStatus() {
    return kind.httpStatus();
  }

  /** Whether the same call may succeed later without any change. */
  public boolean isRetryable() {
    return kind.isRetryable();
  }
}
