package io.claviger.backend.fixed;

import io.claviger.backend.keyring.KeyringBackend;
import io.claviger.config.StaticConfig;
import io.claviger.kms.BackendFields;
import io.claviger.kms.BackendSettings;
import io.claviger.kms.KmsBackend;
import io.claviger.kms.KmsBackendFactory;
import java.util.Set;

/** Makes the backend with one fixed key: fields {@code key_id} and {@code secret_key}. */
public final class StaticBackendFactory implements KmsBackendFactory {
  /** For {@code ServiceLoader}. */
  public StaticBackendFactory() {}

  @Override
  public Set<String> typeNames() {
    return Set.of("Static", "static");
  }

  @Override
  public KmsBackend create(BackendFields config, BackendSettings settings) {
    StaticConfig fixed = StaticConfig.from(config);
    fixed.validate(settings.allowInsecureDevDefaults());
    return new KeyringBackend(new FixedRecordStore(fixed), settings);
  }
}
