package io.claviger.testkit;

import io.claviger.config.BackendConfig;
import io.claviger.config.LocalConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

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
public final class LocalKmsTestEnvironment extends ServiceTestEnvironment {
  private final String passphrase = UUID.randomUUID().toString();
  private @Nullable Path folder;

  private LocalKmsTestEnvironment(String... keyIds) {
    super(keyIds);
  }

  /** Returns an environment in which these keys exist; the first is the default key. */
  public static LocalKmsTestEnvironment withKeys(String... keyIds) {
    return new LocalKmsTestEnvironment(keyIds);
  }

  @Override
  BackendConfig backend() {
    return LocalConfig.of(open(folder), passphrase);
  }

  @Override
  void prepare() {
    try {
      folder = Files.createTempDirectory("claviger-keys-").resolve("keys");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  void remove() {
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
}
