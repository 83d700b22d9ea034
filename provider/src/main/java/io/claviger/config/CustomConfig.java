package io.claviger.config;

import io.claviger.kms.BackendFields;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Configuration of a backend that is not in the table of shipped types, for example one of your own
 * or {@code memory}. Every value may be a secret, so none is ever shown.
 */
public final class CustomConfig implements BackendConfig {
  private final String typeName;
  private final BackendFields fields;

  private CustomConfig(String typeName, BackendFields fields) {
    this.typeName = typeName;
    this.fields = fields;
  }

  /** Returns the configuration of a backend without fields. */
  public static CustomConfig of(String typeName) {
    return of(typeName, Map.of());
  }

  /**
   * Returns the configuration with these fields, which are copied.
   *
   * @param fields snake_case names; values as {@link BackendFields#of} takes them
   */
  public static CustomConfig of(String typeName, Map<String, ?> fields) {
    return of(typeName, BackendFields.of(fields));
  }

  static CustomConfig of(String typeName, BackendFields fields) {
    return new CustomConfig(typeName, fields);
  }

  @Override
  public String typeName() {
    return typeName;
  }

  @Override
  public Map<String, Object> toMap() {
    Map<String, Object> shown = new LinkedHashMap<>();
    fields.toMap().keySet().forEach(name -> shown.put(name, REDACTED));
    return shown;
  }

  @Override
  public Map<String, Object> toMapWithSecrets() {
    return fields.toMap();
  }

  @Override
  public void validate(boolean allowInsecureDevDefaults) {
    ConfigErrors.requireText("backend_type", typeName);
  }

  @Override
  public String toString() {
    return typeName + toMap();
  }
}
