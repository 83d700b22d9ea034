package io.claviger.backend.transit;

import io.claviger.backend.vault.KvEngine;
import io.claviger.backend.vault.TransitEngine;
import io.claviger.backend.vault.VaultClient;
import io.claviger.config.VaultTransitConfig;
import io.claviger.kms.BackendFields;
import io.claviger.kms.BackendSettings;
import io.claviger.kms.KmsBackend;
import io.claviger.kms.KmsBackendFactory;
import java.util.Set;

/**
 * Makes the backend whose keys are in Vault's Transit engine: the fields of {@link
 * VaultTransitConfig}. Logs in and looks whether the engine answers.
 */
public final class TransitBackendFactory implements KmsBackendFactory {
  /** For {@code ServiceLoader}. */
  public TransitBackendFactory() {}

  @Override
  public Set<String> typeNames() {
    return Set.of("VaultTransit", "vault-transit", "vault_transit");
  }

  @Override
  public KmsBackend create(BackendFields fields, BackendSettings settings) {
    VaultTransitConfig config = VaultTransitConfig.from(fields);
    config.validate(settings.allowInsecureDevDefaults());
    VaultClient vault = VaultClient.open(config.connection(), settings.timeout());
    try {
      TransitEngine transit = new TransitEngine(vault, config.mountPath());
      KvEngine kv =
          new KvEngine(
              vault, "metadata_kv_mount", config.metadataKvMount(), config.metadataKeyPrefix());
      TransitKeys keys = new TransitKeys(transit, kv, System::nanoTime);
      KmsBackend backend = new TransitBackend(vault, transit, keys, settings);
      backend.healthCheck();
      return backend;
    } catch (RuntimeException e) {
      vault.close();
      throw e;
    }
  }
}
