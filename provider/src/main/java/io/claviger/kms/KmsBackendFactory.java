package io.claviger.kms;

import java.util.Set;

/**
 * Makes a backend of one type from its configuration; found by {@code ServiceLoader}. A backend of
 * your own in another jar needs an implementation of this and nothing else.
 *
 * <p>Needs a public constructor without arguments. Threads: {@link #create} may be called from any
 * thread.
 */
public interface KmsBackendFactory {
  /** Returns the type name and its aliases, as written in {@code backend_type}. */
  Set<String> typeNames();

  /**
   * Makes a backend. Does the I/O that it needs to be sure that the configuration is usable.
   *
   * @param config the backend's own part of the configuration, secrets included
   * @param settings what holds for every backend
   * @throws KmsException of kind INVALID_CONFIGURATION naming the field that is missing, unknown or
   *     wrong, or UNAVAILABLE
   */
  KmsBackend create(BackendFields config, BackendSettings settings);
}
