package io.claviger.backend.memory;

import io.claviger.backend.keyring.KeyringBackend;
import io.claviger.kms.BackendFields;
import io.claviger.kms.BackendSettings;
import io.claviger.kms.KmsBackend;
import io.claviger.kms.KmsBackendFactory;
import java.util.Set;

/**
 * Keys in memory, gone with the process: for tests. Configuration type {@code memory}, without
 * fields.
 *
 * <p>Threads: safe. Never blocks.
 */
public final class MemoryBackend implements KmsBackendFactory {
  /** For {@code ServiceLoader}; use {@link #create()} in code. */
  public MemoryBackend() {}

  /** Returns an empty backend. */
  public static KmsBackend create() {
    return create(BackendSettings.DEFAULT);
  }

  /** Returns an empty backend with settings, for instance your clock. */
  public static KmsBackend create(BackendSettings settings) {
    return new KeyringBackend(new MemoryStore(), settings);
  }

  @Override
  public Set<String> typeNames() {
    return Set.of("memory");
  }

  @Override
  public KmsBackend create(BackendFields config, BackendSettings settings) {
    config.refuseOthers(Set.of(), "backend_type memory");
    return create(settings);
  }
}
