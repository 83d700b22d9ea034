package io.claviger.config;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** THE table of RustFS's environment variables whose names differ from the fields'. */
final class RustfsVariables {
  private static final String PREFIX = "RUSTFS_KMS_";

  private static final Map<String, List<String>> OTHER_NAMES =
      Map.ofEntries(
          Map.entry("backend_type", List.of("BACKEND")),
          Map.entry("key_dir", List.of("LOCAL_KEY_DIR")),
          Map.entry("master_key", List.of("LOCAL_MASTER_KEY")),
          Map.entry("secret_key", List.of("STATIC_SECRET_KEY")),
          Map.entry("secret_key_file", List.of("STATIC_SECRET_KEY_FILE")),
          Map.entry("timeout_seconds", List.of("TIMEOUT_SECS")),
          Map.entry("address", List.of("VAULT_ADDRESS")),
          Map.entry("namespace", List.of("VAULT_NAMESPACE")),
          Map.entry("mount_path", List.of("VAULT_MOUNT_PATH")),
          Map.entry("kv_mount", List.of("VAULT_KV_MOUNT")),
          Map.entry("key_path_prefix", List.of("VAULT_KEY_PREFIX")),
          Map.entry("metadata_kv_mount", List.of("VAULT_TRANSIT_METADATA_KV_MOUNT")),
          Map.entry("metadata_key_prefix", List.of("VAULT_TRANSIT_METADATA_PREFIX")),
          Map.entry("skip_tls_verify", List.of("VAULT_SKIP_TLS_VERIFY")),
          Map.entry("ca_cert_path", List.of("VAULT_CA_CERT")),
          Map.entry("approle_role_id", List.of("VAULT_APPROLE_ROLE_ID")),
          Map.entry("approle_secret_id", List.of("VAULT_APPROLE_SECRET_ID")),
          Map.entry("approle_secret_id_file", List.of("VAULT_APPROLE_SECRET_ID_FILE")),
          Map.entry("approle_mount", List.of("VAULT_APPROLE_MOUNT")),
          Map.entry("kubernetes_role", List.of("VAULT_KUBERNETES_ROLE")),
          Map.entry("kubernetes_mount", List.of("VAULT_KUBERNETES_MOUNT")),
          Map.entry("kubernetes_jwt_path", List.of("VAULT_KUBERNETES_JWT_PATH")));

  private RustfsVariables() {}

  /** Returns the variables that set {@code field}, the last one wins. */
  static Stream<String> of(String field) {
    return Stream.concat(
            OTHER_NAMES.getOrDefault(field, List.of()).stream(),
            Stream.of(field.toUpperCase(Locale.ROOT)))
        .map(PREFIX::concat);
  }
}
