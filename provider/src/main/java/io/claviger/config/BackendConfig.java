package io.claviger.config;

import java.util.Map;

/**
 * What a backend of one type needs to know.
 *
 * <p>Immutable and safe for threads. {@code toString} and {@link #toMap()} show no secret.
 */
public interface BackendConfig {
  /** What stands in {@code toString} and JSON in the place of a secret. */
  String REDACTED = "***redacted***";

  /** Returns the type name that the backend's factory is found by. */
  String typeName();

  /**
   * Returns the fields (snake_case; values as {@link io.claviger.kms.BackendFields} has them),
   * secrets replaced by {@value #REDACTED}; what is not set is left out. The map is a copy.
   */
  Map<String, Object> toMap();

  /**
   * Returns the fields (snake_case) with their secrets, for the factory; the map is a copy. Search
   * your code for this name to find where secrets leave.
   */
  Map<String, Object> toMapWithSecrets();

  /**
   * Checks the fields against each other, without I/O.
   *
   * @param allowInsecureDevDefaults whether settings that are only good for a test pass
   * @throws io.claviger.kms.ConfigurationException naming the first field that is wrong
   */
  void validate(boolean allowInsecureDevDefaults);
}
