package io.claviger.config;

import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsException;
import org.jspecify.annotations.Nullable;

/** Words of configuration errors: where, what was found, what to write instead. */
final class ConfigErrors {
  private ConfigErrors() {}

  static KmsException invalid(String field, String foundAndAdvice) {
    return KmsException.of(
        ErrorKind.INVALID_CONFIGURATION, "config \"%s\" %s".formatted(field, foundAndAdvice));
  }

  static KmsException invalid(String field, String foundAndAdvice, @Nullable Throwable cause) {
    return KmsException.of(
        ErrorKind.INVALID_CONFIGURATION,
        "config \"%s\" %s".formatted(field, foundAndAdvice),
        cause);
  }

  static void requireText(String field, @Nullable String value) {
    if (value == null || value.isBlank()) {
      throw invalid(field, "is missing or empty. Set it.");
    }
  }
}
