package io.claviger.kms;

import org.jspecify.annotations.Nullable;

/** A backend refused or could not carry out a request. */
public final class BackendException extends KmsException {
  private static final long serialVersionUID = 1L;

  BackendException(ErrorKind kind, String message, @Nullable Throwable cause) {
    super(kind, message, cause);
  }
}
