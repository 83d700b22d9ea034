package io.claviger.config;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * What a backend of one type needs to know.
 *
 * <p>Immutable and safe for threads. {@code toString} and {@link #toJson()} show no secret.
 */
public interface BackendConfig {
  /** What stands in {@code toString} and JSON in the place of a secret. */
  String REDACTED = "***redacted***";

  /** Returns the type name that the backend's factory is found by. */
  String typeName();

  /** Returns the fields (snake_case), secrets replaced by {@value #REDACTED}. */
  ObjectNode toJson();

  /**
   * Returns the fields (snake_case) with their secrets, for the factory and for storage by the
   * caller. Search your code for this name to find where secrets leave.
   */
  ObjectNode toJsonWithSecrets();

  /**
   * Checks the fields against each other, without I/O.
   *
   * @param allowInsecureDevDefaults whether settings that are only good for a test pass
   * @throws io.claviger.kms.ConfigurationException naming the first field that is wrong
   */
  void validate(boolean allowInsecureDevDefaults);
}
