package io.claviger.examples.backend;

import io.claviger.kms.BackendFields;
import io.claviger.kms.BackendSettings;
import io.claviger.kms.ConfigurationException;
import io.claviger.kms.KmsBackend;
import io.claviger.kms.KmsBackendFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Set;

/**
 * Makes the backend from {@code {"backend_type": "KeyStoreFile", "file": "..", "password": ".."}}.
 * All that makes it known is this class's name in {@code META-INF/services} of the jar.
 */
public final class KeyStoreBackendFactory implements KmsBackendFactory {
  /** For {@code ServiceLoader}. */
  public KeyStoreBackendFactory() {}

  @Override
  public Set<String> typeNames() {
    return Set.of("KeyStoreFile");
  }

  @Override
  public KmsBackend create(BackendFields config, BackendSettings settings) {
    config.refuseOthers(Set.of("file", "password"), "backend_type KeyStoreFile");
    Path file = config.requirePath("file");
    char[] password = config.requireText("password").toCharArray();
    try {
      return new KeyStoreBackend(KeyStore.getInstance(file.toFile(), password), password);
    } catch (IOException | GeneralSecurityException e) {
      throw ConfigurationException.ofField(
          "file",
          "is %s, which does not open (%s). Check path, rights and password."
              .formatted(file, e.getClass().getSimpleName()),
          e);
    }
  }
}
