package io.claviger.config;

/**
 * The admin request that configures a key folder: {@link ConfigureKmsRequest} for callers that have
 * no other backend. The JSON needs no {@code backend_type}, and refuses another one.
 *
 * <p>Immutable and safe for threads. {@code toString} shows no secret.
 */
public final class ConfigureLocalKmsRequest {
  private final KmsConfig config;
  private final LocalConfig backend;

  private ConfigureLocalKmsRequest(KmsConfig config, LocalConfig backend) {
    this.config = config;
    this.backend = backend;
  }

  /** Returns the request for {@code backend} with the defaults of everything else. */
  public static ConfigureLocalKmsRequest of(LocalConfig backend) {
    return new ConfigureLocalKmsRequest(KmsConfig.of(backend), backend);
  }

  /**
   * Reads a request.
   *
   * @throws io.claviger.kms.ConfigurationException naming the field that is missing, unknown,
   *     contradictory or wrong, with its line
   */
  public static ConfigureLocalKmsRequest fromJson(String json) {
    KmsConfig config = ConfigSource.json(json, "").readRequest(LocalConfig.TYPE);
    if (config.backend() instanceof LocalConfig backend) {
      return new ConfigureLocalKmsRequest(config, backend);
    }
    throw ConfigErrors.invalid(
        ConfigFields.BACKEND_TYPE,
        "is \"%s\" in a request for %s. Use ConfigureKmsRequest, or leave it out."
            .formatted(config.backend().typeName(), LocalConfig.TYPE));
  }

  /** Returns where the keys are to be. */
  public LocalConfig backend() {
    return backend;
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
    return "ConfigureLocalKmsRequest[%s]".formatted(config);
  }
}
