package io.claviger.e2e.vault;

import io.claviger.config.BackendConfig;
import io.claviger.testkit.VaultTestEnvironment.Mounts;

/** Keys in Transit. */
class TransitContractIT extends VaultContract {
  @Override
  BackendConfig config(Mounts mounts) {
    return mounts.transit(Policies.token(mounts, "claviger-transit"));
  }
}
