package io.claviger.config;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Configuration of a backend that is not in the table of shipped types, for example one of your own
 * or {@code memory}. Every value may be a secret, so none is ever shown.
 */
public final class CustomConfig implements BackendConfig {
  private final String typeName;
  private final ObjectNode fields;

  private CustomConfig(String typeName, ObjectNode fields) {
    this.typeName = typeName;
    this.fields = fields.deepCopy();
  }

  /** Returns the configuration of a backend without fields. */
  public static CustomConfig of(String typeName) {
    return new CustomConfig(typeName, JsonNodeFactory.instance.objectNode());
  }

  /** Returns the configuration with these fields, which are copied. */
  public static CustomConfig of(String typeName, ObjectNode fields) {
    return new CustomConfig(typeName, fields);
  }

  @Override
  public String typeName() {
    return typeName;
  }

  @Override
  public ObjectNode toJson() {
    ObjectNode shown = JsonNodeFactory.instance.objectNode();
    fields.fieldNames().forEachRemaining(name -> shown.put(name, REDACTED));
    return shown;
  }

  @Override
  public ObjectNode toJsonWithSecrets() {
    return fields.deepCopy();
  }

  @Override
  public void validate(boolean allowInsecureDevDefaults) {
    ConfigErrors.requireText("backend_type", typeName);
  }

  @Override
  public String toString() {
    return typeName + toJson();
  }
}
