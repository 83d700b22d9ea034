package io.claviger.config;

/**
 * The admin request that configures the service, as RustFS's admin API takes it: one JSON object of
 * snake_case fields, tagged with {@code backend_type}.
 *
 * <p>Immutable and safe for threads. {@code toString} and {@link #toJson()} show no secret. A
 * {@code Static} key is refused here: who may call an admin API must not hand over key material.
 */
public final class ConfigureKmsRequest {
  private final KmsConfig config;

  private ConfigureKmsRequest(KmsConfig config) {
    this.config = config;
  }

  /**
   * Reads a request.
   *
   * @throws io.claviger.kms.ConfigurationException naming the field that is missing, unknown,
   *     contradictory or wrong, with its line
   */
  public static ConfigureKmsRequest fromJson(String json) {
    KmsConfig config = ConfigSource.json(json, "").readRequest();
    if (config.backend() instanceof StaticConfig) {
      throw ConfigErrors.invalid(
          ConfigFields.BACKEND_TYPE,
          "is Static, which a request cannot carry. Configure it by file, environment or code.");
    }
    return new ConfigureKmsRequest(config);
  }

  /** Returns the backend's canonical type name. */
  public String backendType() {
    return config.backend().typeName();
  }

  /** Returns the configuration that this request asks for, defaults filled in. */
  public KmsConfig toKmsConfig() {
    return config;
  }

  /** Returns the configuration in the stored shape, secrets replaced. */
  public String toJson() {
    return config.toJson();
  }

  @Override
  public String toString() {
    return "ConfigureKmsRequest[%s]".formatted(config);
  }
}
