package io.claviger.testkit;

import io.claviger.config.AuthMethod;
import io.claviger.config.BackendConfig;
import io.claviger.config.VaultConfig;
import io.claviger.config.VaultConnection;
import io.claviger.config.VaultTransitConfig;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A running key management service over a real Vault ({@link VaultServer}), as a JUnit 5 extension:
 *
 * <pre>{@code
 * @RegisterExtension
 * final VaultTestEnvironment vault = VaultTestEnvironment.transit("orders");
 *
 * @Test
 * void sealsOrders(KmsManager kms) { .. }
 * }</pre>
 *
 * <p>In an instance field each test gets mounts of its own, in a static field the class does; they
 * are unmounted afterwards. Parameters of type {@code KmsManager} and {@code KmsServiceManager} are
 * resolved.
 *
 * <p>Threads: the service is safe for many; the environment itself is JUnit's.
 */
public final class VaultTestEnvironment extends ServiceTestEnvironment {
  /** Which backend the service runs over. */
  private enum Mode {
    KV2,
    TRANSIT
  }

  private final Mode mode;
  private @Nullable Mounts mounts;

  /** Mounts of a test's own: an engine for keys and one for records. */
  public record Mounts(VaultServer server, String transit, String kv) {
    private static final int MOST_ATTEMPTS = 1_000;

    /** Mounts two fresh engines; the Transit key {@code claviger-root} exists. */
    public static Mounts fresh() {
      VaultServer server = VaultServer.shared();
      String unique = UUID.randomUUID().toString().substring(0, 8);
      Mounts made = new Mounts(server, "transit-" + unique, "kv-" + unique);
      VaultAdmin admin = server.admin();
      admin.mount(made.transit, "transit", Map.of());
      admin.mount(made.kv, "kv", Map.of("version", "2"));
      admin.write(
          made.transit + "/keys/" + VaultConfig.DEFAULT_ROOT_KEY_NAME,
          Map.of("type", "aes256-gcm96"));
      made.awaitVersion2();
      return made;
    }

    /** A fresh engine refuses writes until it has turned itself into version 2. */
    private void awaitVersion2() {
      for (int i = 0; i < MOST_ATTEMPTS; i++) {
        Map<String, ?> probe = Map.of("data", Map.of());
        if (server.admin().status("POST", kv + "/data/ready", probe) == 200) {
          server.admin().delete(kv + "/metadata/ready");
          return;
        }
      }
      throw new IllegalStateException("the KV engine at " + kv + " does not become ready");
    }

    /** Unmounts both: everything in them is gone. */
    public void unmount() {
      server.admin().delete("sys/mounts/" + transit);
      server.admin().delete("sys/mounts/" + kv);
    }

    /** Returns a configuration of KV records at these mounts, under {@code token}. */
    public VaultConfig kv2(String token) {
      return VaultConfig.of(connection(token))
          .withPlaces(transit, kv, VaultConfig.DEFAULT_KEY_PATH_PREFIX);
    }

    /** Returns a configuration of Transit keys at these mounts, under {@code token}. */
    public VaultTransitConfig transit(String token) {
      return VaultTransitConfig.of(connection(token))
          .withPlaces(transit, kv, VaultTransitConfig.DEFAULT_METADATA_KEY_PREFIX);
    }

    private VaultConnection connection(String token) {
      return VaultConnection.of(server.address(), AuthMethod.Token.of(token));
    }
  }

  private VaultTestEnvironment(Mode mode, String... keyIds) {
    super(keyIds);
    this.mode = mode;
  }

  /** Returns an environment of the KV backend, sealed by Transit; the first key is the default. */
  public static VaultTestEnvironment kv2(String... keyIds) {
    return new VaultTestEnvironment(Mode.KV2, keyIds);
  }

  /** Returns an environment of the Transit backend; the first key is the default. */
  public static VaultTestEnvironment transit(String... keyIds) {
    return new VaultTestEnvironment(Mode.TRANSIT, keyIds);
  }

  /** Returns the mounts of this test, and through them the server. */
  public Mounts mounts() {
    return open(mounts);
  }

  /** The root token, and plain http where the server has it. */
  @Override
  BackendConfig backend() {
    String token = mounts().server().rootToken();
    return mode == Mode.KV2 ? mounts().kv2(token) : mounts().transit(token);
  }

  @Override
  void prepare() {
    mounts = Mounts.fresh();
  }

  @Override
  void remove() {
    if (mounts != null) {
      mounts.unmount();
      mounts = null;
    }
  }
}
