package io.claviger.kms;

import org.jspecify.annotations.Nullable;

/** A cache failed; the operation itself may be repeated with the cache off. */
public final class CacheException extends KmsException {
  private static final long serialVersionUID = 1L;

  CacheException(ErrorKind kind, String message, @Nullable Throwable cause) {
    super(kind, message, cause);
  }
}
