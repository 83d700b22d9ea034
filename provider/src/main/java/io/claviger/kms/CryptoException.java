package io.claviger.kms;

import org.jspecify.annotations.Nullable;

/** A ciphertext or record did not authenticate, or a cryptographic operation failed. */
public final class CryptoException extends KmsException {
  private static final long serialVersionUID = 1L;

  CryptoException(ErrorKind kind, String message, @Nullable Throwable cause) {
    super(kind, message, cause);
  }
}
