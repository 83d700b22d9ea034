package io.claviger.e2e.vault;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.claviger.config.BackendConfig;
import io.claviger.service.KmsServiceManager;
import io.claviger.testkit.VaultAdmin;
import io.claviger.testkit.VaultTestEnvironment.Mounts;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * Every way to keep keys in Vault, side by side in one pair of mounts, and what of it is kept: the
 * plaintext backups of Transit's keys and each version of the records in KV, as Vault has them.
 */
final class FrozenVault implements AutoCloseable {
  static final List<String> MODES = List.of("transit", "kv2", "master-key", "rustfs-kv");
  private static final JsonMapper JSON = new JsonMapper();
  private static final List<String> TRANSIT_KEYS = List.of("claviger-root", "orders-2026");

  private final Mounts mounts = Mounts.fresh();
  private final VaultAdmin admin = mounts.server().admin();

  /** Returns the id of a mode's key; Transit takes fewer characters than KV. */
  static String keyId(String mode) {
    return mode.equals("transit") ? "orders-2026" : "orders 2026";
  }

  /** Starts the service of a mode; the caller stops it. */
  KmsServiceManager running(String mode) {
    String token = mounts.server().rootToken();
    var kv = mounts.kv2(token).withPlaces(mounts.transit(), mounts.kv(), mode);
    BackendConfig config =
        switch (mode) {
          case "transit" -> mounts.transit(token).withPlaces(mounts.transit(), mounts.kv(), mode);
          case "kv2" -> kv;
          case "master-key" -> kv.sealedByMasterKey("frozen passphrase");
          case "rustfs-kv" -> kv.insecureRustfsCompatible();
          default -> throw new IllegalArgumentException(mode);
        };
    return Steps.running(config, more -> more.defaultKeyId(keyId(mode)));
  }

  private static String segment(String name) {
    return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private String transit(String operation, String key) {
    return mounts.transit() + "/" + operation + "/" + segment(key);
  }

  private String kv(String kind, String path) {
    return mounts.kv() + "/" + kind + "/" + path;
  }

  /** Returns the keys of all modes. */
  ObjectNode backup() {
    ObjectNode all = JSON.createObjectNode();
    ObjectNode keys = all.putObject("transit");
    for (String key : TRANSIT_KEYS) {
      admin.write(
          transit("keys", key) + "/config",
          Map.of("exportable", true, "allow_plaintext_backup", true));
      keys.set(key, admin.read(transit("backup", key)).path("data").path("backup"));
    }
    ObjectNode records = all.putObject("kv");
    MODES.forEach(mode -> keep(mode + "/", records));
    return all;
  }

  private void keep(String folder, ObjectNode records) {
    if (admin.status("GET", kv("metadata", folder) + "?list=true", Map.of()) == 404) {
      return;
    }
    for (String name : admin.list(kv("metadata", folder))) {
      if (name.endsWith("/")) {
        keep(folder + segment(name.substring(0, name.length() - 1)) + "/", records);
        continue;
      }
      String path = folder + segment(name);
      ArrayNode versions = records.putArray(path);
      int last = admin.read(kv("metadata", path)).path("data").path("current_version").asInt();
      for (int version = 1; version <= last; version++) {
        JsonNode read = admin.read(kv("data", path) + "?version=" + version);
        versions.add(read.path("data").path("data"));
      }
    }
  }

  /** Puts keys back as {@link #backup} returned them. */
  void restore(JsonNode kept) {
    kept.path("transit")
        .fields()
        .forEachRemaining(
            key ->
                admin.write(
                    transit("restore", key.getKey()),
                    Map.of("backup", key.getValue().asText(), "force", true)));
    kept.path("kv")
        .fields()
        .forEachRemaining(
            record ->
                record
                    .getValue()
                    .forEach(
                        version ->
                            admin.write(kv("data", record.getKey()), Map.of("data", version))));
  }

  @Override
  public void close() {
    mounts.unmount();
  }
}
