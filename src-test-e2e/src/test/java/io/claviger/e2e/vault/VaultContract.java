package io.claviger.e2e.vault;

import io.claviger.config.BackendConfig;
import io.claviger.kms.BackendFields;
import io.claviger.kms.BackendSettings;
import io.claviger.kms.KmsBackend;
import io.claviger.kms.KmsBackendFactory;
import io.claviger.testkit.KmsBackendContract;
import io.claviger.testkit.VaultTestEnvironment.Mounts;
import java.time.Clock;
import java.time.Duration;
import java.util.ServiceLoader;
import org.junit.jupiter.api.AfterEach;

/** The contract of every backend, on a real Vault, under a documented policy. */
abstract class VaultContract extends KmsBackendContract {
  static final BackendSettings SETTINGS =
      new BackendSettings(Duration.ofSeconds(30), true, false, Clock.systemUTC());

  private Mounts mounts;

  abstract BackendConfig config(Mounts mounts);

  @Override
  protected KmsBackend newBackend() {
    mounts = Mounts.fresh();
    return open(config(mounts));
  }

  @AfterEach
  void unmount() {
    mounts.unmount();
  }

  /** Makes a backend as the service does, through its factory. */
  static KmsBackend open(BackendConfig config) {
    for (KmsBackendFactory factory : ServiceLoader.load(KmsBackendFactory.class)) {
      if (factory.typeNames().contains(config.typeName())) {
        return factory.create(BackendFields.of(config.toMapWithSecrets()), SETTINGS);
      }
    }
    throw new IllegalStateException("no factory of " + config.typeName());
  }
}
