package io.claviger.kms;

import org.jspecify.annotations.Nullable;

/** A setting is missing, unknown or contradictory, or the service is not running. */
public final class ConfigurationException extends KmsException {
  private static final long serialVersionUID = 1L;

  ConfigurationException(ErrorKind kind, String message, @Nullable Throwable cause) {
    super(kind, message, cause);
  }
}
