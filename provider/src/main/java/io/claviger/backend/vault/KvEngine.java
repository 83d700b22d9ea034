package io.claviger.backend.vault;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.claviger.kms.ConfigurationException;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsException;
import java.util.NavigableSet;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The calls of a KV version 2 engine below one prefix. Every write names the version that it
 * replaces (check-and-set); Vault numbers versions from 1 and never uses a number again.
 *
 * <p>Threads: safe. Blocking: one request each.
 */
public final class KvEngine {
  /** The version in front of the first one: a write that names it creates. */
  public static final long NONE = 0;

  /** The answer of {@link #write} to a lost check-and-set. */
  public static final long LOST = -1;

  /** How often a change is tried again when other writers came first. */
  static final int MOST_LOSSES = 64;

  /** More versions than any engine keeps unless somebody raised {@code max_versions} above it. */
  private static final long MOST_KEPT = 1_000;

  /**
   * What is stored at a path.
   *
   * @param data the fields, or null where the newest version was deleted
   * @param version its number
   */
  public record Entry(@Nullable ObjectNode data, long version) {
    /** Returns no content: it may hold key material. */
    @Override
    public String toString() {
      return "Entry[version %d]".formatted(version);
    }
  }

  private final VaultClient vault;
  private final String setting;
  private final String mount;
  private final String prefix;

  /**
   * Makes the engine at {@code mount}; {@code prefix} stands in front of every path.
   *
   * @param setting the setting that names {@code mount}, for messages
   */
  public KvEngine(VaultClient vault, String setting, String mount, String prefix) {
    this.vault = vault.ofMount(setting);
    this.setting = setting;
    this.mount = trimmed(mount);
    this.prefix = trimmed(prefix);
  }

  private static String trimmed(String path) {
    return path.replaceAll("^/+|/+$", "");
  }

  private String path(String kind, String name) {
    StringBuilder path = new StringBuilder(mount).append('/').append(kind);
    for (String part : (prefix + "/" + name).split("/")) {
      path.append('/').append(VaultHttp.segment(part));
    }
    return path.toString();
  }

  /** Returns what is stored at {@code name}; empty if nothing does. */
  public Optional<Entry> read(String name, String subject) {
    String path = path("data", name);
    try (VaultReply reply = vault.call("GET", path, null, subject)) {
      JsonNode found = reply.json().path("data");
      JsonNode version = found.path("metadata").path("version");
      if (VaultReply.version(version) > 0) {
        ObjectNode data = found.path("data") instanceof ObjectNode fields ? fields : null;
        return Optional.of(new Entry(data, VaultReply.version(version)));
      }
      if (version.isNumber()) {
        throw VaultErrors.notVaults(subject, "a version that cannot be");
      }
      if (reply.status() == 404) {
        return Optional.empty();
      }
      throw reply.isGood() ? notVersion2(subject) : VaultErrors.badRequest(path, subject);
    }
  }

  /**
   * Writes {@code data} if {@code replaced} is the newest version; its number, or {@link #LOST}.
   */
  public long write(String name, ObjectNode data, long replaced, String subject) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.set("data", data);
    body.putObject("options").put("cas", replaced);
    String path = path("data", name);
    try (VaultReply reply = vault.call("POST", path, body, subject)) {
      if (reply.status() == 400 && reply.says("check-and-set")) {
        return LOST;
      }
      if (!reply.isGood()) {
        throw VaultErrors.badRequest(path, subject);
      }
      JsonNode version = reply.json().path("data").path("version");
      if (version.isMissingNode()) {
        throw notVersion2(subject);
      }
      if (VaultReply.version(version) != replaced + 1) {
        throw VaultErrors.notVaults(subject, "another version than the one written");
      }
      return replaced + 1;
    }
  }

  private KmsException notVersion2(String subject) {
    return ConfigurationException.ofField(
        setting,
        "names another engine (%s): \"%s\" is no KV engine of version 2. Mount one (vault secrets enable -path=%s -version=2 kv) or name another mount"
            .formatted(subject, mount, mount),
        null);
  }

  /**
   * Destroys the content of the versions up to {@code last}, for ever. With {@link #NONE} nothing
   * is destroyed, but the right to do so is needed as well.
   */
  public void destroyUpTo(String name, long last, String subject) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    var versions = body.putArray("versions");
    for (long v = Math.max(NONE, last - MOST_KEPT); v <= last; v++) {
      versions.add(v);
    }
    vault.mustSucceed("PUT", path("destroy", name), body, subject);
  }

  /** Removes a path with all its versions. */
  public void remove(String name, String subject) {
    vault.mustSucceed("DELETE", path("metadata", name), null, subject);
  }

  /** Returns the names below {@code name} (empty for the prefix itself), folders left out. */
  public NavigableSet<String> list(String name, String subject) {
    String path = path("metadata", name) + "?list=true";
    NavigableSet<String> names = vault.list(path, subject);
    names.removeIf(key -> key.endsWith("/"));
    return names;
  }

  /** What a change ends with that lost {@link #MOST_LOSSES} times. */
  static KmsException lostTooOften(String keyId) {
    return KmsException.of(
        ErrorKind.RATE_LIMITED,
        "key \"%s\": other writers came first %d times; nothing was changed. Call again"
            .formatted(keyId, MOST_LOSSES));
  }
}
