package io.claviger.config;

/**
 * The admin request that configures keys in Vault's KV engine: {@link ConfigureKmsRequest} for
 * callers that have no other backend. The JSON needs no {@code backend_type}, and refuses another
 * one.
 *
 * <p>Immutable and safe for threads. {@code toString} shows no secret.
 */
public final class ConfigureVaultKmsRequest {
  private final KmsConfig config;
  private final VaultConfig backend;

  private ConfigureVaultKmsRequest(KmsConfig config, VaultConfig backend) {
    this.config = config;
    this.backend = backend;
  }

  /** Returns the request for {@code backend} with the defaults of everything else. */
  public static ConfigureVaultKmsRequest of(VaultConfig backend) {
    return new ConfigureVaultKmsRequest(KmsConfig.of(backend), backend);
  }

  /**
   * Reads a request.
   *
   * @throws io.claviger.kms.ConfigurationException naming the field that is missing, unknown,
   *     contradictory or wrong, with its line
   */
  public static ConfigureVaultKmsRequest fromJson(String json) {
    KmsConfig config = ConfigSource.json(json, "").readRequest(VaultConfig.TYPE);
    if (config.backend() instanceof VaultConfig backend) {
      return new ConfigureVaultKmsRequest(config, backend);
    }
    throw ConfigErrors.invalid(
        ConfigFields.BACKEND_TYPE,
        "is \"%s\" in a request for %s. Use ConfigureKmsRequest, or leave it out."
            .formatted(config.backend().typeName(), VaultConfig.TYPE));
  }

  /** Returns where the keys are to be. */
  public VaultConfig backend() {
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
    return "ConfigureVaultKmsRequest[%s]".formatted(config);
  }
}
