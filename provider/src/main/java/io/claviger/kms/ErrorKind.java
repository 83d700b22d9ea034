package io.claviger.kms;

/** The table of error kinds: family, HTTP status and whether the same call may succeed later. */
public enum ErrorKind {
  /** A setting is missing, unknown or contradicts another. */
  INVALID_CONFIGURATION(Family.CONFIGURATION, 400, false),
  /** The service is not configured, not started or was stopped. */
  NOT_RUNNING(Family.CONFIGURATION, 503, false),
  /** No such key. */
  KEY_NOT_FOUND(Family.BACKEND, 404, false),
  /** A key of this id is already there. */
  KEY_ALREADY_EXISTS(Family.BACKEND, 409, false),
  /** The request itself is wrong: a value out of range, a reserved name. */
  INVALID_REQUEST(Family.BACKEND, 400, false),
  /** The key's state or usage forbids the operation. */
  INVALID_KEY_STATE(Family.BACKEND, 400, false),
  /** The backend's own access rules deny it. */
  ACCESS_DENIED(Family.BACKEND, 403, false),
  /** The backend cannot do this at all. */
  UNSUPPORTED_CAPABILITY(Family.BACKEND, 501, false),
  /** The backend does not answer: down, sealed, unreachable, folder not readable. */
  UNAVAILABLE(Family.BACKEND, 503, true),
  /** No answer within the time-out. */
  TIMED_OUT(Family.BACKEND, 503, true),
  /** Too many requests, or too many calls in flight. */
  RATE_LIMITED(Family.BACKEND, 429, true),
  /** A stored record is damaged or was changed behind our back. */
  CORRUPT_RECORD(Family.CRYPTO, 500, false),
  /** A ciphertext did not authenticate: other key, other context, changed or cut bytes. */
  NOT_AUTHENTIC(Family.CRYPTO, 500, false),
  /**
   * A cryptographic operation could not be carried out, though nothing was wrong with its input:
   * the JVM's security providers lack something, or a backend's device failed.
   */
  CRYPTO_FAILURE(Family.CRYPTO, 500, false),
  /**
   * A cache failed. For backends of one's own that keep one: the caches here are memory and do not
   * fail.
   */
  CACHE_FAILURE(Family.CACHE, 500, false),
  /** A defect of this library. */
  INTERNAL(Family.BACKEND, 500, false);

  /** The four families of the reference, each an exception class. */
  public enum Family {
    CONFIGURATION,
    BACKEND,
    CRYPTO,
    CACHE
  }

  private final Family family;
  private final int httpStatus;
  private final boolean retryable;

  ErrorKind(Family family, int httpStatus, boolean retryable) {
    this.family = family;
    this.httpStatus = httpStatus;
    this.retryable = retryable;
  }

  public Family family() {
    return family;
  }

  /** Returns the HTTP status that an admin API would answer. */
  public int httpStatus() {
    return httpStatus;
  }

  /** Whether the same call may succeed later without any change. */
  public boolean isRetryable() {
    return retryable;
  }
}
