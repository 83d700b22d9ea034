package io.claviger.e2e.vault;

import io.claviger.config.BackendConfig;
import io.claviger.testkit.VaultTestEnvironment.Mounts;

/** Keys in KV as RustFS keeps them. */
class RustfsKvContractIT extends VaultContract {
  @Override
  BackendConfig config(Mounts mounts) {
    return mounts.kv2(Policies.token(mounts, "claviger-rustfs")).insecureRustfsCompatible();
  }
}
