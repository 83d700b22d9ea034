package io.claviger.testkit;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A real Vault for tests, one for the JVM, found in this order: the binary that {@code
 * CLAVIGER_VAULT_BIN} names, {@code vault} on the path, a container where a Docker engine runs
 * (needs {@code org.testcontainers:testcontainers-vault}), the running server of {@code
 * CLAVIGER_VAULT_ADDRESS} and {@code CLAVIGER_VAULT_TOKEN}. With {@code
 * CLAVIGER_TEST_CONTAINERS=true} it is a container and nothing else. Where none can be had, tests
 * fail.
 *
 * <p>Threads: safe. Blocking: the first call starts the server.
 */
public final class VaultServer {
  /** The version that the container is of. */
  public static final String VERSION = "1.21.1";

  private static final int START_SECONDS = 60;
  private static @Nullable VaultServer shared;

  private final URI address;
  private final String rootToken;

  private VaultServer(URI address, String rootToken) {
    this.address = address;
    this.rootToken = rootToken;
  }

  /** Returns the server of this JVM, started when it is not running. */
  public static synchronized VaultServer shared() {
    VaultServer running = shared;
    if (running == null) {
      running = start();
      shared = running;
    }
    return running;
  }

  /** Returns where it listens. */
  public URI address() {
    return address;
  }

  /** Returns a token that may do everything. */
  public String rootToken() {
    return rootToken;
  }

  /** Returns requests under the root token. */
  public VaultAdmin admin() {
    return new VaultAdmin(address, rootToken);
  }

  private static VaultServer start() {
    boolean inContainer = "true".equals(System.getenv("CLAVIGER_TEST_CONTAINERS"));
    Optional<Path> binary = binary();
    if (binary.isPresent() && !inContainer) {
      return dev(binary.get());
    }
    URI container = DockerVault.start();
    if (container != null) {
      return new VaultServer(container, DockerVault.ROOT_TOKEN);
    }
    if (inContainer) {
      throw new IllegalStateException(
          "CLAVIGER_TEST_CONTAINERS is true and no Docker engine answers. Run src-test-e2e/env/containers.sh run COMMAND, or start one");
    }
    String named = System.getenv("CLAVIGER_VAULT_ADDRESS");
    String token = System.getenv("CLAVIGER_VAULT_TOKEN");
    if (named != null && token != null) {
      return new VaultServer(URI.create(named), token);
    }
    throw new IllegalStateException(
        "no Vault to test with. Set CLAVIGER_VAULT_BIN to the binary (bash src-test-e2e/env/vault.sh builds it), or put vault on the path, or start a Docker engine, or set CLAVIGER_VAULT_ADDRESS and CLAVIGER_VAULT_TOKEN");
  }

  /** Returns the binary that the environment or the path names. */
  public static Optional<Path> binary() {
    String named = System.getenv("CLAVIGER_VAULT_BIN");
    if (named != null) {
      return Optional.of(Path.of(named));
    }
    return Stream.of(System.getenv("PATH").split(File.pathSeparator))
        .map(folder -> Path.of(folder, "vault"))
        .filter(Files::isExecutable)
        .findFirst();
  }

  private static VaultServer dev(Path binary) {
    String token = UUID.randomUUID().toString();
    URI address = URI.create("http://127.0.0.1:" + freePort());
    try {
      Process process =
          new ProcessBuilder(
                  binary.toString(),
                  "server",
                  "-dev",
                  "-dev-no-store-token",
                  "-dev-root-token-id=" + token,
                  "-dev-listen-address=" + address.getAuthority())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
      awaitUnsealed(new VaultAdmin(address, token), process);
    } catch (IOException e) {
      throw new UncheckedIOException(binary + " does not start", e);
    }
    return new VaultServer(address, token);
  }

  /** Returns a port that nobody listens at. */
  public static int freePort() {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void awaitUnsealed(VaultAdmin vault, Process process) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
    while (System.nanoTime() - deadline < 0) {
      if (vault.health() == 200) {
        return;
      }
      try {
        if (process.waitFor(50, TimeUnit.MILLISECONDS)) {
          throw new IllegalStateException("Vault ended with " + process.exitValue());
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while Vault started", e);
      }
    }
    throw new IllegalStateException("Vault did not start within %d s".formatted(START_SECONDS));
  }
}
