package io.claviger.backend.vault;

import io.claviger.backend.keyring.KeyringBackend;
import io.claviger.backend.keyring.RecordStore;
import io.claviger.config.MaterialSealing;
import io.claviger.config.VaultConfig;
import io.claviger.kms.BackendFields;
import io.claviger.kms.BackendSettings;
import io.claviger.kms.KmsBackend;
import io.claviger.kms.KmsBackendFactory;
import io.claviger.kms.SecretBytes;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the backend whose keys are stored in Vault's KV engine: the fields of {@link VaultConfig}.
 * Logs in and tries the seal; with a master key it makes or opens the root key.
 */
public final class VaultBackendFactory implements KmsBackendFactory {
  private static final Logger LOG = LoggerFactory.getLogger(VaultBackendFactory.class);

  /** For {@code ServiceLoader}. */
  public VaultBackendFactory() {}

  @Override
  public Set<String> typeNames() {
    return Set.of("VaultKV2", "VaultKv2", "Vault", "vault", "vault-kv2", "vault_kv2");
  }

  @Override
  public KmsBackend create(BackendFields fields, BackendSettings settings) {
    VaultConfig config = VaultConfig.from(fields);
    config.validate(settings.allowInsecureDevDefaults());
    VaultClient vault = VaultClient.open(config.connection(), settings.timeout());
    try {
      RecordStore store = store(config, vault);
      store.check();
      return new KeyringBackend(store, settings);
    } catch (RuntimeException e) {
      vault.close();
      throw e;
    }
  }

  private static RecordStore store(VaultConfig config, VaultClient vault) {
    KvEngine kv = new KvEngine(vault, "kv_mount", config.kvMount(), config.keyPathPrefix());
    if (config.materialSealing() == MaterialSealing.INSECURE_RUSTFS_COMPATIBLE) {
      LOG.warn(
          "material_sealing is insecure-rustfs-compatible: anybody who can read {}/{} in Vault has the keys",
          config.kvMount(),
          config.keyPathPrefix());
      return new RustfsKvStore(vault, kv, System::nanoTime);
    }
    SecretBytes masterKey = config.masterKey();
    RecordSeal seal =
        masterKey == null
            ? new TransitSeal(
                new TransitEngine(vault, config.mountPath()),
                config.mountPath(),
                config.rootKeyName())
            : MasterKeySeal.open(kv, masterKey);
    return new KvRecordStore(vault, kv, seal, System::nanoTime);
  }
}
