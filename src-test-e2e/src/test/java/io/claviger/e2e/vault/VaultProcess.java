package io.claviger.e2e.vault;

import com.fasterxml.jackson.databind.JsonNode;
import io.claviger.testkit.VaultAdmin;
import io.claviger.testkit.VaultServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * A Vault of a test's own with a configuration file, storage in a folder and an audit log: it can
 * be stopped, started, sealed and held, and keeps what it has. Needs the binary.
 */
final class VaultProcess implements AutoCloseable {
  private static final int START_SECONDS = 60;

  private final Path folder;
  private final int port = VaultServer.freePort();
  private final String scheme;
  private final HttpClient http;
  private Process process;
  private String unsealKey;
  private String rootToken;

  private VaultProcess(Path folder, String scheme, HttpClient http) {
    this.folder = folder;
    this.scheme = scheme;
    this.http = http;
  }

  /** Starts a fresh server over plain http. */
  static VaultProcess plain(Path folder) {
    return new VaultProcess(folder, "http", HttpClient.newHttpClient()).prepared("tls_disable = 1");
  }

  /** Starts a fresh server over TLS; {@code listener} holds the lines that say how. */
  static VaultProcess tls(Path folder, HttpClient http, String listener) {
    return new VaultProcess(folder, "https", http).prepared(listener);
  }

  private VaultProcess prepared(String listener) {
    write(
        folder.resolve("vault.hcl"),
        """
        storage "file" {
          path = "%s"
        }
        listener "tcp" {
          address = "127.0.0.1:%d"
          %s
        }
        disable_mlock = true
        api_addr = "%s"
        """
            .formatted(folder.resolve("data"), port, listener, address()));
    launch();
    await(501);
    JsonNode made =
        new VaultAdmin(http, address(), "none")
            .write("sys/init", Map.of("secret_shares", 1, "secret_threshold", 1));
    unsealKey = made.path("keys_base64").path(0).asText();
    rootToken = made.path("root_token").asText();
    unseal();
    admin()
        .write(
            "sys/audit/file",
            Map.of("type", "file", "options", Map.of("file_path", auditLog().toString())));
    return this;
  }

  URI address() {
    return URI.create("%s://127.0.0.1:%d".formatted(scheme, port));
  }

  String rootToken() {
    return rootToken;
  }

  VaultAdmin admin() {
    return new VaultAdmin(http, address(), rootToken);
  }

  Path auditLog() {
    return folder.resolve("audit.log");
  }

  /** Returns the requests that the audit log holds of paths that begin so. */
  long audited(String pathPrefix) {
    String wanted = "\"path\":\"" + pathPrefix;
    try (var lines = Files.lines(auditLog())) {
      return lines
          .filter(line -> line.contains("\"type\":\"request\"") && line.contains(wanted))
          .count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String binary() {
    return VaultServer.binary()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "this suite stops and starts Vault and needs its binary: set CLAVIGER_VAULT_BIN to what src-test-e2e/env/vault.sh prints"))
        .toString();
  }

  private void launch() {
    try {
      process =
          new ProcessBuilder(binary(), "server", "-config=" + folder.resolve("vault.hcl"))
              .redirectErrorStream(true)
              .redirectOutput(
                  ProcessBuilder.Redirect.appendTo(folder.resolve("vault.log").toFile()))
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts the stopped server again, unsealed. */
  void start() {
    launch();
    await(503);
    unseal();
  }

  void unseal() {
    new VaultAdmin(http, address(), "none").write("sys/unseal", Map.of("key", unsealKey));
    await(200);
  }

  void seal() {
    admin().write("sys/seal", Map.of());
    await(503);
  }

  /** Stops the server; its port refuses connections from then on. */
  void stop() {
    process.destroy();
    if (!waited(START_SECONDS)) {
      throw new IllegalStateException("Vault does not stop");
    }
  }

  /** Holds the server as a machine that hangs: it accepts connections and answers nothing. */
  void hold() {
    signal("-STOP");
  }

  /** Lets it go on. */
  void release() {
    signal("-CONT");
  }

  private void signal(String signal) {
    try {
      Process kill = new ProcessBuilder("kill", signal, Long.toString(process.pid())).start();
      if (kill.waitFor() != 0) {
        throw new IllegalStateException("kill " + signal + " failed");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private boolean waited(int seconds) {
    try {
      return process.waitFor(seconds, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void await(int health) {
    VaultAdmin anybody = new VaultAdmin(http, address(), "none");
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
    int found = 0;
    while (System.nanoTime() - deadline < 0) {
      found = anybody.health();
      if (found == health) {
        return;
      }
      try {
        if (process.waitFor(20, TimeUnit.MILLISECONDS)) {
          throw new IllegalStateException("Vault ended; see " + folder.resolve("vault.log"));
        }
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
    throw new IllegalStateException("health %d, expected %d".formatted(found, health));
  }

  static void write(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Mounts Transit with the root key and KV at their usual places. */
  VaultProcess withEngines() {
    admin().mount("transit", "transit", Map.of());
    admin().mount("secret", "kv", Map.of("version", "2"));
    admin().write("transit/keys/claviger-root", Map.of("type", "aes256-gcm96"));
    for (int i = 0; i < 1_000; i++) {
      if (admin().status("POST", "secret/data/ready", Map.of("data", Map.of())) == 200) {
        admin().delete("secret/metadata/ready");
        return this;
      }
    }
    throw new IllegalStateException("KV does not become ready");
  }

  /** Returns a token under a documented policy. */
  String token(String policy) {
    return admin().tokenWith(policy, Policies.text(policy), "1h");
  }

  /** Makes an AppRole role of its own under a documented policy. */
  Role appRole(String policy, Map<String, ?> settings) {
    VaultAdmin admin = admin();
    admin.status("POST", "sys/auth/approle", Map.of("type", "approle"));
    admin.write("sys/policies/acl/" + policy, Map.of("policy", Policies.text(policy)));
    Map<String, Object> fields = new HashMap<>(settings);
    fields.put("token_policies", List.of(policy));
    Role role = new Role(this, "auth/approle/role/" + policy + "-" + UUID.randomUUID());
    admin.write(role.path, fields);
    return role;
  }

  /** An AppRole role. */
  record Role(VaultProcess vault, String path) {
    String roleId() {
      return vault.admin().read(path + "/role-id").path("data").path("role_id").asText();
    }

    String newSecretId() {
      return vault
          .admin()
          .write(path + "/secret-id", Map.of())
          .path("data")
          .path("secret_id")
          .asText();
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
    waited(START_SECONDS);
  }
}
