package io.claviger.backend.vault;

import io.claviger.kms.ConfigurationException;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** THE table of Vault's refusals: status to kind and advice. Vault's own words stay out. */
final class VaultErrors {
  private record Meaning(ErrorKind kind, String advice) {}

  private static final Map<Integer, Meaning> MEANINGS =
      Map.ofEntries(
          Map.entry(
              307,
              new Meaning(
                  ErrorKind.UNAVAILABLE,
                  "is a standby that points elsewhere. Address the active node, or let standbys forward requests")),
          Map.entry(
              412,
              new Meaning(
                  ErrorKind.UNAVAILABLE,
                  "has not yet seen an earlier write. Call again in a moment")),
          Map.entry(
              429,
              new Meaning(
                  ErrorKind.RATE_LIMITED,
                  "refuses more requests (a quota). Call less, or raise it")),
          Map.entry(
              472,
              new Meaning(
                  ErrorKind.UNAVAILABLE, "is a disaster recovery secondary. Address the primary")),
          Map.entry(
              473,
              new Meaning(
                  ErrorKind.UNAVAILABLE,
                  "is a performance standby that does not serve this. Address the active node, or let standbys forward requests")),
          Map.entry(
              501,
              new Meaning(ErrorKind.UNAVAILABLE, "is not initialized. Initialize and unseal it")),
          Map.entry(
              503,
              new Meaning(
                  ErrorKind.UNAVAILABLE,
                  "is sealed or not ready. Unseal it; calls succeed again by themselves")));

  private static final Meaning BROKEN =
      new Meaning(ErrorKind.UNAVAILABLE, "failed inside. Look into Vault's log");
  private static final Meaning MOVED =
      new Meaning(
          ErrorKind.UNAVAILABLE, "points elsewhere. Set address to the server that it points to");
  private static final Meaning REFUSED =
      new Meaning(ErrorKind.INVALID_REQUEST, "refuses this request. Look into Vault's log");

  private VaultErrors() {}

  /**
   * Returns the failure that a reply means, or null for those that its caller judges: success, 400
   * and 404.
   *
   * @param mountSetting the setting that is wrong where nothing is mounted at {@code path}
   * @param subject what the call is about, for instance {@code key "orders"}
   */
  static @Nullable KmsException of(
      VaultReply reply,
      String address,
      String mountSetting,
      String method,
      String path,
      String subject) {
    int status = reply.status();
    if (status == 400 && reply.says("upgrading from non-versioned")) {
      return KmsException.of(
          ErrorKind.UNAVAILABLE,
          "%s: Vault is turning the KV engine into version 2. Call again in a moment"
              .formatted(subject));
    }
    if (reply.isGood() || status == 400) {
      return null;
    }
    if (status == 404) {
      return reply.says("no handler for route") ? noMount(mountSetting, path, subject) : null;
    }
    if (status == 403) {
      return denied(method, path, subject);
    }
    Meaning meaning = MEANINGS.getOrDefault(status, unlisted(status));
    return KmsException.of(
        meaning.kind(),
        "%s: Vault at %s answered %d: it %s".formatted(subject, address, status, meaning.advice()));
  }

  private static Meaning unlisted(int status) {
    return status >= 500 ? BROKEN : status / 100 == 3 ? MOVED : REFUSED;
  }

  /**
   * Returns the failure of a success that lacks what it must hold, or holds what cannot be.
   *
   * @param found what is wrong, nothing of the answer
   */
  static KmsException notVaults(String subject, String found) {
    return KmsException.of(
        ErrorKind.UNAVAILABLE,
        "%s: Vault's answer holds %s. Check address, a proxy in front of Vault, and Vault's version"
            .formatted(subject, found));
  }

  private static KmsException noMount(String setting, String path, String subject) {
    return ConfigurationException.ofField(
        setting,
        "names a place without engine (%s): no secrets engine is mounted at the beginning of \"%s\". Mount it (vault secrets enable) or name another mount"
            .formatted(subject, plain(path)),
        null);
  }

  private static KmsException denied(String method, String path, String subject) {
    String capability =
        switch (method) {
          case "GET" -> path.endsWith("?list=true") ? "list" : "read";
          case "DELETE" -> "delete";
          default -> "create or update";
        };
    return KmsException.of(
        ErrorKind.ACCESS_DENIED,
        "%s: Vault's policy denies %s on \"%s\". Allow it for this login, see docs/vault.md"
            .formatted(subject, capability, plain(path)));
  }

  /** Returns the refusal of a 400 that nothing more is known of. */
  static KmsException badRequest(String path, String subject) {
    return KmsException.of(
        ErrorKind.INVALID_REQUEST,
        "%s: Vault refuses the request to \"%s\". Look into Vault's audit log"
            .formatted(subject, plain(path)));
  }

  private static String plain(String path) {
    int query = path.indexOf('?');
    return query < 0 ? path : path.substring(0, query);
  }
}
