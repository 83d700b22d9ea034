package io.claviger.testkit;

import io.claviger.config.BackendConfig;
import io.claviger.config.KmsConfig;
import io.claviger.service.KmsManager;
import io.claviger.service.KmsServiceManager;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * A running key management service as a JUnit 5 extension: for a whole class in a static field, for
 * each test in an instance field. Parameters of type {@code KmsManager} and {@code
 * KmsServiceManager} are resolved.
 */
abstract class ServiceTestEnvironment
    implements BeforeAllCallback,
        AfterAllCallback,
        BeforeEachCallback,
        AfterEachCallback,
        ParameterResolver {
  private final List<String> keyIds;
  private boolean perClass;
  private @Nullable KmsServiceManager service;

  /** Makes an environment in which these keys will exist; the first is the default key. */
  ServiceTestEnvironment(String... keyIds) {
    this.keyIds = List.of(keyIds);
  }

  /** Makes the place of keys; before the service is configured. */
  abstract void prepare();

  /** Returns where the keys are; behind {@link #prepare}. */
  abstract BackendConfig backend();

  /** Removes the place of keys; behind the service's end. */
  abstract void remove();

  /** Returns the running service. */
  public final KmsServiceManager service() {
    return open(service);
  }

  /** Returns the operations of the running service. */
  public final KmsManager manager() {
    return service().manager();
  }

  /** Returns the configuration that the service runs with. */
  public final KmsConfig config() {
    return KmsConfig.builder(backend())
        .allowInsecureDevDefaults(true)
        .allowImmediateDeletion(true)
        .defaultKeyId(keyIds.isEmpty() ? null : keyIds.get(0))
        .build();
  }

  static <T> T open(@Nullable T part) {
    if (part == null) {
      throw new IllegalStateException(
          "the environment is not open; put it into a field annotated with @RegisterExtension");
    }
    return part;
  }

  @Override
  public final void beforeAll(ExtensionContext context) {
    perClass = true;
    open();
  }

  @Override
  public final void beforeEach(ExtensionContext context) {
    if (!perClass) {
      open();
    }
  }

  @Override
  public final void afterEach(ExtensionContext context) {
    if (!perClass) {
      close();
    }
  }

  @Override
  public final void afterAll(ExtensionContext context) {
    close();
  }

  private void open() {
    prepare();
    KmsServiceManager fresh = new KmsServiceManager();
    fresh.configure(config());
    fresh.start();
    keyIds.forEach(fresh.manager()::createKey);
    service = fresh;
  }

  private void close() {
    if (service != null) {
      service.stop();
      service = null;
    }
    remove();
  }

  @Override
  public final boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return type == KmsManager.class || type == KmsServiceManager.class;
  }

  @Override
  public final Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == KmsManager.class ? manager() : service();
  }
}
