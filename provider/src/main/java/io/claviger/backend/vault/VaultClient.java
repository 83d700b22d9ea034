package io.claviger.backend.vault;

import com.fasterxml.jackson.databind.JsonNode;
import io.claviger.config.VaultConnection;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsException;
import java.time.Duration;
import java.util.Arrays;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Calls of Vault under the token of {@link TokenRenewal}. A call that Vault refuses because the
 * token is dead was not carried out, so it is sent once more under a fresh one.
 *
 * <p>Threads: safe. Blocking: one request, and a login where it is due.
 */
public final class VaultClient implements AutoCloseable {
  /** The setting that is wrong where Vault's own paths are not known. */
  static final String ADDRESS = "address";

  private final VaultHttp http;
  private final TokenRenewal auth;
  private final String mountSetting;

  private VaultClient(VaultHttp http, TokenRenewal auth, String mountSetting) {
    this.http = http;
    this.auth = auth;
    this.mountSetting = mountSetting;
  }

  /** Returns this client for one engine: where its mount is missing, {@code setting} is named. */
  VaultClient ofMount(String setting) {
    return new VaultClient(http, auth, setting);
  }

  /** Makes a client and logs in; fails where that does not succeed. */
  public static VaultClient open(VaultConnection connection, Duration timeout) {
    VaultHttp http = new VaultHttp(connection, timeout);
    VaultClient client =
        new VaultClient(
            http,
            new TokenRenewal(new VaultLogin(http, connection.authMethod()), System::nanoTime),
            ADDRESS);
    try {
      client.check();
      return client;
    } catch (KmsException e) {
      client.close();
      throw e;
    }
  }

  /** Returns normally when Vault is unsealed and this process is logged in. */
  public void check() {
    try (VaultReply health = http.health()) {
      KmsException failure =
          VaultErrors.of(health, http.address(), ADDRESS, "GET", "sys/health", "health check");
      if (failure != null) {
        throw failure;
      }
    }
    auth.token();
  }

  /** Carries out a part of a health check; what the policy does not allow is not checked. */
  public static void unlessDenied(Runnable part) {
    try {
      part.run();
    } catch (KmsException e) {
      if (e.kind() != ErrorKind.ACCESS_DENIED) {
        throw e;
      }
    }
  }

  /**
   * Sends a request and returns the answer: success, or a 400 or 404 for the caller to judge.
   *
   * @param body JSON, wiped once it is sent; or null
   * @param subject what it is about, for messages
   */
  VaultReply call(String method, String path, @Nullable JsonNode body, String subject) {
    byte[] bytes = body == null ? null : VaultReply.bytes(body);
    try {
      String token = auth.token();
      VaultReply reply = http.send(method, path, bytes, token);
      if (reply.status() == 403 && auth.isDead(token, reply)) {
        reply.close();
        reply = http.send(method, path, bytes, auth.insteadOf(token));
      }
      return judged(reply, method, path, subject);
    } finally {
      if (bytes != null) {
        Arrays.fill(bytes, (byte) 0);
      }
    }
  }

  private VaultReply judged(VaultReply reply, String method, String path, String subject) {
    KmsException failure =
        VaultErrors.of(reply, http.address(), mountSetting, method, path, subject);
    if (failure != null) {
      reply.close();
      throw failure;
    }
    return reply;
  }

  /** Sends a request that must succeed; 400 and 404 are INVALID_REQUEST. */
  void mustSucceed(String method, String path, @Nullable JsonNode body, String subject) {
    try (VaultReply reply = call(method, path, body, subject)) {
      if (!reply.isGood()) {
        throw VaultErrors.badRequest(path, subject);
      }
    }
  }

  /** Returns the names that a listing holds; none only where Vault says that there is none. */
  NavigableSet<String> list(String path, String subject) {
    NavigableSet<String> names = new TreeSet<>();
    try (VaultReply reply = call("GET", path, null, subject)) {
      if (reply.status() == 404) {
        return names;
      }
      if (!reply.isGood()) {
        throw VaultErrors.badRequest(path, subject);
      }
      JsonNode keys = reply.json().path("data").path("keys");
      for (JsonNode key : keys) {
        if (!key.isTextual()) {
          throw VaultErrors.notVaults(subject, "a key whose name is no text");
        }
        names.add(key.textValue());
      }
      if (!keys.isArray()) {
        throw VaultErrors.notVaults(subject, "no list of keys");
      }
      return names;
    }
  }

  static KmsException corrupt(String keyId, String how, @Nullable Throwable cause) {
    return KmsException.of(
        ErrorKind.CORRUPT_RECORD,
        "the record of key \"%s\" in Vault %s. It is left as it is; see \"Damaged records\" in docs/vault.md"
            .formatted(keyId, how),
        cause);
  }

  @Override
  public void close() {
    auth.close();
  }
}
