package io.claviger.service;

import io.claviger.config.BackendFactories;
import io.claviger.config.KmsConfig;
import io.claviger.kms.BackendFields;
import io.claviger.kms.BackendSettings;
import io.claviger.kms.ConfigurationException;
import io.claviger.kms.KmsBackend;
import io.claviger.kms.KmsBackendFactory;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.TreeSet;

/**
 * Finds the factory of a backend type, the program's own before those on the class path, and makes
 * the backend.
 */
final class Backends {
  private Backends() {}

  static KmsBackend make(KmsConfig config, ServiceSettings own) {
    String type = config.backend().typeName();
    TreeSet<String> known = new TreeSet<>(Comparator.naturalOrder());
    List<ServiceConfigurationError> unusable = new ArrayList<>();
    for (KmsBackendFactory factory : factories(own, unusable)) {
      if (factory.typeNames().contains(type)) {
        BackendSettings settings =
            new BackendSettings(
                config.timeout(),
                config.allowInsecureDevDefaults(),
                config.strictDecrypt(),
                own.clock);
        return factory.create(BackendFields.of(config.backend().toMapWithSecrets()), settings);
      }
      known.addAll(factory.typeNames());
    }
    ConfigurationException unknown =
        ConfigurationException.ofField(
            "backend_type",
            "is \"%s\"%s, but no such backend is on the class path; found %s. Correct the type, or add the jar that has it"
                .formatted(type, BackendFactories.jarOf(type), known),
            null);
    unusable.forEach(unknown::addSuppressed);
    throw unknown;
  }

  private static Iterable<KmsBackendFactory> factories(
      ServiceSettings own, List<ServiceConfigurationError> unusable) {
    Map<Class<?>, KmsBackendFactory> found = new LinkedHashMap<>();
    own.factories.forEach(factory -> found.put(factory.getClass(), factory));
    BackendFactories.find(unusable)
        .forEach(factory -> found.putIfAbsent(factory.getClass(), factory));
    return found.values();
  }
}
