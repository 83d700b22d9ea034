package io.claviger.service;

import io.claviger.config.KmsConfig;
import io.claviger.kms.BackendSettings;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsBackend;
import io.claviger.kms.KmsBackendFactory;
import io.claviger.kms.KmsException;
import java.time.Clock;
import java.util.Comparator;
import java.util.ServiceLoader;
import java.util.TreeSet;

/** Finds the factory of a backend type and makes the backend. */
final class Backends {
  private Backends() {}

  static KmsBackend make(KmsConfig config) {
    String type = config.backend().typeName();
    TreeSet<String> known = new TreeSet<>(Comparator.naturalOrder());
    for (KmsBackendFactory factory : ServiceLoader.load(KmsBackendFactory.class)) {
      if (factory.typeNames().contains(type)) {
        BackendSettings settings =
            new BackendSettings(
                config.timeout(),
                config.allowInsecureDevDefaults(),
                config.strictDecrypt(),
                Clock.systemUTC());
        return factory.create(config.backend().toJsonWithSecrets(), settings);
      }
      known.addAll(factory.typeNames());
    }
    throw KmsException.of(
        ErrorKind.INVALID_CONFIGURATION,
        "config \"backend_type\" is \"%s\", but no such backend is on the class path; found %s"
            .formatted(type, known));
  }
}
