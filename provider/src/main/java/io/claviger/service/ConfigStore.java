package io.claviger.service;

import io.claviger.config.KmsConfig;

/**
 * Keeps the configuration that {@code reconfigure} accepted, so that the next start of the process
 * finds it.
 *
 * <p>Threads: called under the life cycle lock, one call at a time. May block.
 */
@FunctionalInterface
public interface ConfigStore {
  /**
   * Stores {@code config}, durable when the call returns. Whatever it throws keeps the old backend
   * running and is the cause of the failure that {@code reconfigure} throws.
   */
  void save(KmsConfig config);
}
