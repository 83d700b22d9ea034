package io.claviger.config;

import io.claviger.kms.ConfigurationException;
import org.jspecify.annotations.Nullable;

/** Words of configuration errors: where, what was found, what to write instead. */
final class ConfigErrors {
  private ConfigErrors() {}

  static ConfigurationException invalid(String field, String foundAndAdvice) {
    return invalid(field, foundAndAdvice, null);
  }

  static ConfigurationException invalid(
      String field, String foundAndAdvice, @Nullable Throwable cause) {
    return ConfigurationException.ofField(field, foundAndAdvice, cause);
  }

  static void requireText(String field, @Nullable String value) {
    if (value == null || value.isBlank()) {
      throw invalid(field, "is missing or empty. Set it.");
    }
  }
}
