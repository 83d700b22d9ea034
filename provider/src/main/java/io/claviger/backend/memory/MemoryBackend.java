package io.claviger.backend.memory;

import com.fasterxml.jackson.databind.JsonNode;
import io.claviger.backend.keyring.KeyringBackend;
import io.claviger.kms.BackendSettings;
import io.claviger.kms.ConfigurationException;
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

  /** Returns an empty backend with settings, for instance a clock of yours. */
  public static KmsBackend create(BackendSettings settings) {
    return new KeyringBackend(new MemoryStore(), settings);
  }

  @Override
  public Set<String> typeNames() {
    return Set.of("memory");
  }

  @Override
  public KmsBackend create(JsonNode config, BackendSettings settings) {
    if (!config.isEmpty()) {
      throw ConfigurationException.ofField(
          config.fieldNames().next(), "is not known for backend_type memory. Remove it.", null);
    }
    return create(settings);
  }
}
