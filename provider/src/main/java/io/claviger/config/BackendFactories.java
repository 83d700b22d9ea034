package io.claviger.config;

import io.claviger.kms.KmsBackendFactory;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

/**
 * The factories of backends on the class path. They are looked for through the class loader of this
 * library, and through that of the thread, which may see backends of an application, nothing at
 * all, or another copy of this library, whose factories are of no use here.
 */
public final class BackendFactories {
  private static final int MOST_UNUSABLE = 100;

  private BackendFactories() {}

  /** Returns where a type that was not found is to be had, for the message; empty if not known. */
  public static String jarOf(String type) {
    return BackendType.of(type).filter(BackendType::isInOwnJar).isPresent()
        ? ", the backend over AWS KMS in the artifact claviger-aws-kms"
        : "";
  }

  /**
   * Returns the factories, each class once.
   *
   * @param unusable takes what stopped others, for the message in case none fits
   */
  public static Collection<KmsBackendFactory> find(List<ServiceConfigurationError> unusable) {
    Map<Class<?>, KmsBackendFactory> found = new LinkedHashMap<>();
    ServiceLoader.load(KmsBackendFactory.class, BackendFactories.class.getClassLoader())
        .forEach(factory -> found.putIfAbsent(factory.getClass(), factory));
    Iterator<KmsBackendFactory> ofThread = ServiceLoader.load(KmsBackendFactory.class).iterator();
    for (boolean more = true; more; ) {
      try {
        more = ofThread.hasNext();
        if (more) {
          KmsBackendFactory factory = ofThread.next();
          found.putIfAbsent(factory.getClass(), factory);
        }
      } catch (ServiceConfigurationError e) {
        unusable.add(e); // the iterator goes on with the next one, as a rule
        more = unusable.size() < MOST_UNUSABLE;
      }
    }
    return found.values();
  }
}
