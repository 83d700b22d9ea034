package io.claviger.kms;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A setting is missing, unknown or contradictory, or the service is not running. */
public final class ConfigurationException extends KmsException {
  private static final long serialVersionUID = 1L;

  private final @Nullable String field;
  private final String found;

  ConfigurationException(ErrorKind kind, String message, @Nullable Throwable cause) {
    super(kind, message, cause);
    this.field = null;
    this.found = message;
  }

  private ConfigurationException(
      String message, String field, String found, @Nullable Throwable cause) {
    super(ErrorKind.INVALID_CONFIGURATION, message, cause);
    this.field = field;
    this.found = found;
  }

  /**
   * Returns the refusal of one setting, with the message {@code config "FIELD" FOUND}.
   *
   * @param field the setting's name, snake_case
   * @param found what stands there and what to write instead; no secret
   */
  public static ConfigurationException ofField(
      String field, String found, @Nullable Throwable cause) {
    return new ConfigurationException(
        "config \"%s\" %s".formatted(field, found), field, found, cause);
  }

  /** Returns this refusal with the place where the setting stands, for instance a file's line. */
  public ConfigurationException at(String place) {
    return field == null
        ? this
        : new ConfigurationException(
            "config \"%s\" (%s) %s".formatted(field, place, found), field, found, getCause());
  }

  /** Returns the name of the setting that is wrong, where one can be named. */
  public Optional<String> field() {
    return Optional.ofNullable(field);
  }
}
