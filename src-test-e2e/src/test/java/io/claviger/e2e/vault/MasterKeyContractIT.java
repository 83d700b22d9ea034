package io.claviger.e2e.vault;

import io.claviger.config.BackendConfig;
import io.claviger.testkit.VaultTestEnvironment.Mounts;

/** Keys in KV, sealed by a passphrase. */
class MasterKeyContractIT extends VaultContract {
  @Override
  BackendConfig config(Mounts mounts) {
    return mounts.kv2(Policies.token(mounts, "claviger-kv2")).sealedByMasterKey("p");
  }
}
