package io.claviger.backend.vault;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsException;
import io.claviger.kms.MacAlgorithm;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The calls of a Transit engine. {@code datakey} and {@code rewrap} are never used: they take no
 * associated data.
 *
 * <p>Threads: safe. Blocking: one request each.
 */
public final class TransitEngine {
  /**
   * What Transit says of a key.
   *
   * @param type its type; null where Claviger does not use that type, or the key is derived
   * @param bits its length in bits
   * @param latestVersion the version that encrypts
   * @param createdAt when its first version known was made
   * @param rotatedAt when its latest version was made, if it has more than one
   */
  public record Key(
      @Nullable TransitKeyType type,
      int bits,
      int latestVersion,
      Instant createdAt,
      @Nullable Instant rotatedAt) {}

  private static final Pattern CIPHERTEXT = Pattern.compile("vault:v[1-9][0-9]{0,8}:[^\\s:]+");

  private static final Pattern HMAC = Pattern.compile("vault:v[1-9][0-9]{0,8}:([^\\s:]+)");
  private static final Map<MacAlgorithm, String> HASHES =
      Map.of(
          MacAlgorithm.HMAC_SHA_256, "sha2-256",
          MacAlgorithm.HMAC_SHA_384, "sha2-384",
          MacAlgorithm.HMAC_SHA_512, "sha2-512");

  private final VaultClient vault;
  private final String mount;

  /** Makes the engine at {@code mount}, which the setting {@code mount_path} names. */
  public TransitEngine(VaultClient vault, String mount) {
    this.vault = vault.ofMount("mount_path");
    this.mount = mount.replaceAll("^/+|/+$", "");
  }

  private String path(String operation, String key) {
    return mount + "/" + operation + "/" + VaultHttp.segment(key);
  }

  /**
   * Encrypts under the latest version and returns {@code vault:vN:..}.
   *
   * @param associatedData bound to the ciphertext
   * @throws KmsException KEY_NOT_FOUND if Transit has no such key
   */
  public String encrypt(String key, byte[] plain, byte[] associatedData, String subject) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("plaintext", plain).put("associated_data", associatedData);
    String path = path("encrypt", key);
    try (VaultReply reply = vault.call("POST", path, body, subject)) {
      if (reply.isGood()) {
        String text = reply.json().path("data").path("ciphertext").asText();
        if (CIPHERTEXT.matcher(text).matches()) {
          return text;
        }
        throw VaultErrors.notVaults(subject, "no ciphertext");
      }
      throw failure(reply, path, key, subject);
    } catch (KmsException e) {
      throw e.kind() == ErrorKind.ACCESS_DENIED && isMissing(key, subject)
          ? noKey(key, subject)
          : e;
    }
  }

  /** A policy without {@code create} makes Vault deny what would make a missing key. */
  private boolean isMissing(String key, String subject) {
    try {
      return find(key, subject).isEmpty();
    } catch (KmsException e) {
      return false; // not to be seen by this login
    }
  }

  private KmsException noKey(String key, String subject) {
    return KmsException.of(
        ErrorKind.KEY_NOT_FOUND,
        "%s: Transit at \"%s\" has no key \"%s\". Create it, or check the mount"
            .formatted(subject, mount, key));
  }

  /**
   * Decrypts; the answer belongs to the caller, who wipes it.
   *
   * @param associatedData what it was encrypted with, null for none at all
   * @throws KmsException NOT_AUTHENTIC for another key, other data or changed bytes;
   *     INVALID_KEY_STATE where the key's minimum version forbids it
   */
  public byte[] decrypt(
      String key, String ciphertext, byte @Nullable [] associatedData, String subject) {
    ObjectNode body = JsonNodeFactory.instance.objectNode().put("ciphertext", ciphertext);
    if (associatedData != null) {
      body.put("associated_data", associatedData);
    }
    String path = path("decrypt", key);
    try (VaultReply reply = vault.call("POST", path, body, subject)) {
      if (!reply.isGood()) {
        throw failure(reply, path, key, subject);
      }
      byte[] plain = plaintext(reply.body());
      if (plain == null) {
        throw VaultErrors.notVaults(subject, "no plaintext");
      }
      return plain;
    }
  }

  /** Returns {@code data.plaintext} without a String in between, which nobody could wipe. */
  private static byte @Nullable [] plaintext(byte[] body) {
    try (JsonParser in = VaultReply.JSON.createParser(body)) {
      while (in.nextToken() != null) {
        if (in.currentToken() == JsonToken.FIELD_NAME && in.currentName().equals("plaintext")) {
          in.nextToken();
          return in.getBinaryValue();
        }
      }
    } catch (IOException e) {
      // refused by the caller, as an answer without plaintext
    }
    return null;
  }

  /**
   * Returns the HMAC of {@code message} under a version of a key, 0 for the latest.
   *
   * @throws KmsException KEY_NOT_FOUND if Transit has no such key or version; INVALID_KEY_STATE
   *     where the key's minimum version forbids it
   */
  public byte[] hmac(
      String key, int version, MacAlgorithm algorithm, byte[] message, String subject) {
    ObjectNode body = JsonNodeFactory.instance.objectNode().put("input", message);
    body.put("algorithm", HASHES.get(algorithm));
    if (version != 0) {
      body.put("key_version", version);
    }
    String path = path("hmac", key);
    try (VaultReply reply = vault.call("POST", path, body, subject)) {
      if (reply.says("key version does not exist")) {
        throw KmsException.of(
            ErrorKind.KEY_NOT_FOUND,
            "%s has no version %d in Transit. Name one that it has".formatted(subject, version));
      }
      if (!reply.isGood()) {
        throw failure(reply, path, key, subject);
      }
      byte[] mac = mac(reply.json().path("data").path("hmac").asText());
      if (mac == null || mac.length != algorithm.macBytes()) {
        throw VaultErrors.notVaults(subject, "no HMAC");
      }
      return mac;
    }
  }

  private static byte @Nullable [] mac(String text) {
    Matcher form = HMAC.matcher(text);
    try {
      return form.matches() ? Base64.getDecoder().decode(form.group(1)) : null;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private KmsException failure(VaultReply reply, String path, String key, String subject) {
    if (reply.says("encryption key not found")) {
      return noKey(key, subject);
    }
    if (reply.says("too old") || reply.says("disallowed by policy")) {
      return KmsException.of(
          ErrorKind.INVALID_KEY_STATE,
          "%s: its version is below min_decryption_version of Transit key \"%s\" (or min_encryption_version, for a MAC). Lower it (vault write %s/keys/%s/config min_decryption_version=1); what was trimmed is lost"
              .formatted(subject, key, mount, key));
    }
    if (reply.status() == 400
        && (reply.says("message authentication failed")
            || reply.says("invalid ciphertext")
            || reply.says("unable to decrypt"))) {
      return KmsException.of(
          ErrorKind.NOT_AUTHENTIC,
          "%s: the ciphertext does not open under Transit key \"%s\". Use the key and the encryption context that it was made with"
              .formatted(subject, key));
    }
    return VaultErrors.badRequest(path, subject);
  }

  /**
   * Makes a key; one that is there stays as it is.
   *
   * @param bits its length, sent for {@link TransitKeyType#HMAC} only
   */
  public void create(String key, TransitKeyType type, int bits, String subject) {
    ObjectNode body = JsonNodeFactory.instance.objectNode().put("type", type.wireName());
    if (type == TransitKeyType.HMAC) {
      body.put("key_size", bits / Byte.SIZE);
    }
    body.put("derived", false).put("exportable", false);
    vault.mustSucceed("POST", path("keys", key), body, subject);
  }

  /** Returns what is known of a key; empty if there is none. */
  public Optional<Key> find(String key, String subject) {
    String path = path("keys", key);
    try (VaultReply reply = vault.call("GET", path, null, subject)) {
      if (reply.status() == 404) {
        return Optional.empty();
      }
      if (!reply.isGood()) {
        throw VaultErrors.badRequest(path, subject);
      }
      return Optional.of(read(reply.json().path("data"), subject));
    }
  }

  /** Costs as much as the versions that are listed, whatever number the latest has. */
  private static Key read(JsonNode data, String subject) {
    long latest = VaultReply.version(data.path("latest_version"));
    if (latest == 0 || latest > Integer.MAX_VALUE) {
      throw VaultErrors.notVaults(subject, "a latest_version that cannot be");
    }
    try {
      Instant first = null;
      long lowest = Long.MAX_VALUE;
      for (Map.Entry<String, JsonNode> version : data.path("keys").properties()) {
        long number = Long.parseLong(version.getKey());
        if (number < lowest) {
          lowest = number;
          first = instant(version.getValue());
        }
      }
      Instant last = instant(data.path("keys").path(Long.toString(latest)));
      TransitKeyType type =
          data.path("derived").asBoolean()
              ? null
              : TransitKeyType.named(data.path("type").asText()).orElse(null);
      int bits = type == null ? 0 : type.bits(data.path("key_size").asInt());
      return new Key(
          type,
          bits,
          (int) latest,
          first == null ? Instant.EPOCH : first,
          latest > 1 ? last : null);
    } catch (DateTimeException | NumberFormatException e) {
      throw VaultErrors.notVaults(subject, "versions of a key that cannot be");
    }
  }

  private static @Nullable Instant instant(JsonNode version) {
    if (version.isIntegralNumber() && version.canConvertToLong()) {
      return Instant.ofEpochSecond(version.longValue());
    }
    return version.isTextual() ? OffsetDateTime.parse(version.asText()).toInstant() : null;
  }

  /** Makes a new latest version. */
  public void rotate(String key, String subject) {
    vault.mustSucceed("POST", path("keys", key) + "/rotate", null, subject);
  }

  /** Lets a key be destroyed, which Vault wants said first; false if there is none. */
  public boolean allowDestruction(String key, String subject) {
    ObjectNode allowed = JsonNodeFactory.instance.objectNode().put("deletion_allowed", true);
    return carriedOut("POST", path("keys", key) + "/config", allowed, key, subject);
  }

  /** Destroys a key with all its versions; false if there is none. */
  public boolean destroy(String key, String subject) {
    return carriedOut("DELETE", path("keys", key), null, key, subject);
  }

  private boolean carriedOut(
      String method, String path, @Nullable JsonNode body, String key, String subject) {
    try (VaultReply reply = vault.call(method, path, body, subject)) {
      if (reply.isGood()) {
        return true;
      }
      if (find(key, subject).isEmpty()) {
        return false; // another writer destroyed it first
      }
      throw VaultErrors.badRequest(path, subject);
    }
  }

  /** Returns the names of all keys of the engine. */
  public NavigableSet<String> list(String subject) {
    return vault.list(mount + "/keys?list=true", subject);
  }
}
