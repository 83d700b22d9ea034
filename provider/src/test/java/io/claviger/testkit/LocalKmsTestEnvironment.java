package io.claviger.testkit;

import io.claviger.config.KmsConfig;
import io.claviger.config.LocalConfig;
import io.claviger.service.KmsManager;
import io.claviger.service.KmsServiceManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * A running key management service over a fresh local key folder, as a JUnit 5 extension:
 *
 * <pre>{@code
 * @RegisterExtension
 * static final LocalKmsTestEnvironment KMS = LocalKmsTestEnvironment.withKeys("orders");
 *
 * @Test
 * void sealsOrders(KmsManager kms) { .. }
 * }</pre>
 *
 * <p>In a static field it serves the whole class, in an instance field each test gets its own. The
 * folder is in the temporary folder and is removed afterwards. Parameters of type {@code
 * KmsManager} and {@code KmsServiceManager} are resolved.
 *
 * <p>Threads: the service is safe for many; the environment itself is JUnit's.
 */
public final class LocalKmsTestEnvironment
    implements BeforeAllCallback,
        AfterAllCallback,
        BeforeEachCallback,
        AfterEachCallback,
        ParameterResolver {
  private final List<String> keyIds;
  private final String passphrase = UUID.randomUUID().toString();
  private boolean perClass;
  private @Nullable Path folder;
  private @Nullable KmsServiceManager service;

  private LocalKmsTestEnvironment(List<String> keyIds) {
    this.keyIds = List.copyOf(keyIds);
  }

  /** Returns an environment in which these keys exist; the first is the default key. */
  public static LocalKmsTestEnvironment withKeys(String... keyIds) {
    return new LocalKmsTestEnvironment(List.of(keyIds));
  }

  /** Returns the running service. */
  public KmsServiceManager service() {
    if (service == null) {
      throw new IllegalStateException(
          "the environment is not open; put it into a field annotated with @RegisterExtension");
    }
    return service;
  }

  /** Returns the operations of the running service. */
  public KmsManager manager() {
    return service().manager();
  }

  /** Returns the configuration that the service runs with. */
  public KmsConfig config() {
    if (folder == null) {
      throw new IllegalStateException("the environment is not open");
    }
    return KmsConfig.builder(LocalConfig.of(folder, passphrase))
        .allowInsecureDevDefaults(true)
        .allowImmediateDeletion(true)
        .defaultKeyId(keyIds.isEmpty() ? null : keyIds.get(0))
        .build();
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    perClass = true;
    open();
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    if (!perClass) {
      open();
    }
  }

  @Override
  public void afterEach(ExtensionContext context) {
    if (!perClass) {
      close();
    }
  }

  @Override
  public void afterAll(ExtensionContext context) {
    close();
  }

  private void open() {
    try {
      folder = Files.createTempDirectory("claviger-keys-").resolve("keys");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
    if (folder != null) {
      delete(folder.getParent());
      folder = null;
    }
  }

  private static void delete(Path root) {
    try (Stream<Path> all = Files.walk(root)) {
      for (Path path : new ArrayList<>(all.sorted(Comparator.reverseOrder()).toList())) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return type == KmsManager.class || type == KmsServiceManager.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == KmsManager.class ? manager() : service();
  }
}
