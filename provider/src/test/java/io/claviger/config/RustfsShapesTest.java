package io.claviger.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.kms.ConfigurationException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** JSON and environment as RustFS writes them are read as they are. */
class RustfsShapesTest {
  private static final String SECRET = "s3cr3t-value";
  private static final String VAULT =
      """
      "address": "https://vault.example.com:8200", "auth_method": {"Token": {"token": "s3cr3t-value"}}
      """;

  private static KmsConfig request(String fields) {
    return ConfigureKmsRequest.fromJson("{" + fields + "}").toKmsConfig();
  }

  @ParameterizedTest
  @CsvSource({
    "Local, Local",
    "local, Local",
    "VaultKV2, VaultKV2",
    "VaultKv2, VaultKV2",
    "Vault, VaultKV2",
    "vault, VaultKV2",
    "vault-kv2, VaultKV2",
    "vault_kv2, VaultKV2",
    "VaultTransit, VaultTransit",
    "vault-transit, VaultTransit",
    "vault_transit, VaultTransit",
  })
  void everySpellingOfTheBackend(String spelling, String canonical) {
    String own =
        canonical.equals("Local")
            ? "\"key_dir\": \"/var/keys\", \"master_key\": \"" + SECRET + "\""
            : VAULT;
    ConfigureKmsRequest request =
        ConfigureKmsRequest.fromJson("{\"backend_type\": \"%s\", %s}".formatted(spelling, own));
    assertThat(request.backendType()).isEqualTo(canonical);
    assertThat(request.toString() + request.toJson()).doesNotContain(SECRET);
    String stored = request.toKmsConfig().toJsonWithSecrets();
    assertThat(stored).contains(SECRET).contains("\"timeout\":{\"secs\":30,\"nanos\":0}");
    assertThat(KmsConfig.fromJson(stored).toJsonWithSecrets()).as("round trip").isEqualTo(stored);
  }

  @Test
  void aWholeVaultRequest() {
    KmsConfig config =
        request(
            """
            "backend_type": "vault-kv2", "address": "https://v:8200", "namespace": "team",
            "auth_method": {"AppRole": {"role_id": "r", "secret_id": "s3cr3t-value"}},
            "mount_path": "t", "kv_mount": "kv", "key_path_prefix": "a/b",
            "skip_tls_verify": false, "default_key_id": "k", "timeout_seconds": 5,
            "retry_attempts": 2, "enable_cache": true, "max_cached_keys": 9, "cache_ttl_seconds": 60
            """);
    VaultConfig vault = (VaultConfig) config.backend();
    assertThat(vault.connection().address()).isEqualTo(URI.create("https://v:8200"));
    assertThat(vault.connection().namespace()).isEqualTo("team");
    assertThat(vault.mountPath()).isEqualTo("t");
    assertThat(vault.kvMount()).isEqualTo("kv");
    assertThat(vault.keyPathPrefix()).isEqualTo("a/b");
    assertThat(vault.materialSealing()).isEqualTo(MaterialSealing.TRANSIT);
    assertThat(config.cacheConfig().maxKeys()).isEqualTo(9);
    AuthMethod.AppRole role = (AuthMethod.AppRole) vault.connection().authMethod();
    assertThat(role.mount()).isEqualTo("approle");
    assertThat(role.safetyWindow()).isEqualTo(Duration.ofSeconds(10));
  }

  @Test
  void defaultsOfTheVaultBackends() {
    VaultConfig kv2 = (VaultConfig) request("\"backend_type\": \"Vault\"," + VAULT).backend();
    assertThat(kv2.mountPath()).isEqualTo("transit");
    assertThat(kv2.kvMount()).isEqualTo("secret");
    assertThat(kv2.keyPathPrefix()).isEqualTo("rustfs/kms/keys");
    assertThat(kv2.connection().tls()).isEqualTo(TlsConfig.DEFAULT);
    VaultTransitConfig transit =
        (VaultTransitConfig) request("\"backend_type\": \"vault_transit\"," + VAULT).backend();
    assertThat(transit.metadataKvMount()).isEqualTo("secret");
    assertThat(transit.metadataKeyPrefix()).isEqualTo("rustfs/kms/transit-metadata");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"Token\":{\"token\":\"s3cr3t-value\",\"safety_window_seconds\":10}}",
        "{\"AppRole\":{\"role_id\":\"r\",\"secret_id\":\"s3cr3t-value\",\"mount\":\"m\",\"safety_window_seconds\":3}}",
        "{\"AppRole\":{\"role_id\":\"r\",\"secret_id_file\":\"/f\",\"mount\":\"approle\",\"safety_window_seconds\":10}}",
        "{\"Kubernetes\":{\"role\":\"r\",\"mount\":\"kubernetes\",\"jwt_path\":\"/j\",\"safety_window_seconds\":10}}",
        "{\"TokenFile\":{\"path\":\"/t\",\"poll_seconds\":30,\"safety_window_seconds\":10}}",
      })
  void everyLoginRoundTripsAndHidesItsSecret(String auth) {
    KmsConfig config =
        request("\"backend_type\":\"vault\",\"address\":\"https://v\",\"auth_method\":" + auth);
    assertThat(config.toJsonWithSecrets()).contains("\"auth_method\":" + auth + ",");
    assertThat(config + config.toJson()).doesNotContain(SECRET);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"address\":\"http://v\",\"vault_token\":\"t\"|\"address\" (line 1) uses http",
        "\"address\":\"v\",\"vault_token\":\"t\"|\"address\" (line 1) is not the URL of a server",
        "\"address\":\"https://v\"|\"auth_method\" is missing. Set it, or one of [vault_token",
        "\"address\":\"https://v\",\"vault_token\":\"dev-token\"|well-known development token",
        "\"address\":\"https://v\",\"vault_token\":\"\"|\"vault_token\" (line 1) is empty",
        "\"address\":\"https://v\",\"vault_token\":\"t\",\"approle_role_id\":\"r\"|\"approle_role_id\" are both set",
        "\"address\":\"https://v\",\"vault_token\":\"t\",\"auth_method\":{}|\"auth_method\" are both set",
        "\"address\":\"https://v\",\"auth_method\":{\"Token\":{\"token\":\"t\"},\"AppRole\":{}}|Name exactly one of",
        "\"address\":\"https://v\",\"auth_method\":{\"Cert\":{}}|is \"Cert\". Use Token",
        "\"address\":\"https://v\",\"auth_method\":{\"Token\":{\"tokn\":\"t\"}}|\"tokn\" (line 1) is not known for auth_method Token",
        "\"address\":\"https://v\",\"approle_role_id\":\"r\",\"approle_secret_id_response_wrapping_path\":\"p\"|is set, but no wrapping token",
        "\"address\":\"https://v\",\"vault_token\":\"t\",\"skip_tls_verify\":true|anyone could pose as the server",
        "\"address\":\"https://v\",\"vault_token\":\"t\",\"client_cert_path\":\"/c\"|\"client_key_path\" is missing",
        "\"address\":\"https://v\",\"vault_token\":\"t\",\"skip_tls_verify\":true,\"tls\":{}|\"tls\" are both set",
        "\"address\":\"https://v\",\"vault_token\":\"t\",\"material_sealing\":\"none\"|Use one of [transit, master-key",
        "\"address\":\"https://v\",\"vault_token\":\"t\",\"material_sealing\":\"master-key\"|\"master_key\" is missing, but",
        "\"address\":\"https://v\",\"vault_token\":\"t\",\"master_key\":\"m\"|\"master_key\" (line 1) is set, but",
        "\"address\":\"https://v\",\"vault_token\":\"t\",\"kv_mount\":\"\"|\"kv_mount\" (line 1) is missing or empty",
        "\"address\":\"https://v\",\"vault_token\":\"t\",\"key_dir\":\"/k\"|\"key_dir\" (line 1) is not known for backend_type VaultKV2",
      })
  void whatContradictsIsRefusedByName(String fields, String message) {
    assertThatThrownBy(() -> request("\"backend_type\":\"vault\"," + fields))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(message);
  }

  /** RustFS writes its two durations always, as null where nobody set them. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"AppRole\":{\"role_id\":\"r\",\"secret_id\":\"s\",\"secret_id_file\":null,\"mount\":\"approle\",\"refresh_safety_window_secs\":null}}",
        "{\"Kubernetes\":{\"role\":\"r\",\"mount\":\"kubernetes\",\"jwt_path\":\"/j\",\"refresh_safety_window_secs\":null}}",
        "{\"TokenFile\":{\"path\":\"/t\",\"poll_interval_secs\":null,\"refresh_safety_window_secs\":null}}",
        "{\"Token\":{\"token\":\"hvs.t\"}}"
      })
  void durationsThatRustfsLeavesOpenAreOurDefaults(String login) {
    String json =
        "{\"backend\":\"VaultKV2\",\"backend_config\":{\"VaultKV2\":{\"address\":\"https://v\",\"auth_method\":%s}}}"
            .formatted(login);
    AuthMethod read = ((VaultConfig) KmsConfig.fromJson(json).backend()).connection().authMethod();
    assertThat(read.safetyWindow()).isEqualTo(AuthMethod.DEFAULT_SAFETY_WINDOW);
  }

  @Test
  void durationsThatRustfsSetsAreRead() {
    String json =
        "{\"backend_type\":\"VaultTransit\",\"address\":\"https://v\",\"auth_method\":{\"TokenFile\":{\"path\":\"/t\",\"poll_interval_secs\":7,\"refresh_safety_window_secs\":9}}}";
    var backend = (VaultTransitConfig) ConfigureKmsRequest.fromJson(json).toKmsConfig().backend();
    assertThat(backend.connection().authMethod())
        .isEqualTo(
            new AuthMethod.TokenFile(
                java.nio.file.Path.of("/t"),
                java.time.Duration.ofSeconds(7),
                java.time.Duration.ofSeconds(9)));
  }

  @Test
  void aStaticKeyComesByFileOrCodeOnly() {
    String base64 = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    String json = "{\"backend_type\":\"Static\",\"key_id\":\"k\",\"secret_key\":\"%s\"}";
    assertThatThrownBy(() -> ConfigureKmsRequest.fromJson(json.formatted(base64)))
        .hasMessageContaining("which a request cannot carry")
        .hasMessageNotContaining(base64);
    KmsConfig config = KmsConfig.fromJson(json.formatted(base64));
    assertThat(config + config.toJson()).doesNotContain(base64);
    assertThat(KmsConfig.fromJson(config.toJsonWithSecrets()).toJsonWithSecrets())
        .isEqualTo(config.toJsonWithSecrets());
    assertThatThrownBy(() -> KmsConfig.fromJson(json.formatted("AAEC")))
        .hasMessageContaining("is 3 bytes long. Use 32");
    assertThatThrownBy(() -> KmsConfig.fromJson(json.formatted("A*EC")))
        .hasMessageContaining("is not base64")
        .hasMessageNotContaining("*")
        .hasNoCause();
  }

  @Test
  void theVariablesOfRustfs() {
    Map<String, String> variables = new HashMap<>();
    variables.put("RUSTFS_KMS_BACKEND", "vault-transit");
    variables.put("RUSTFS_KMS_VAULT_ADDRESS", "https://v");
    variables.put("RUSTFS_KMS_VAULT_KUBERNETES_ROLE", "pod");
    variables.put("RUSTFS_KMS_VAULT_TRANSIT_METADATA_PREFIX", "p");
    variables.put("RUSTFS_KMS_ALLOW_INSECURE_DEV_DEFAULTS", "false");
    VaultTransitConfig vault =
        (VaultTransitConfig)
            ConfigSource.environment(Map.of(), variables, Map.of()).read().backend();
    assertThat(vault.metadataKeyPrefix()).isEqualTo("p");
    assertThat(vault.connection().authMethod()).isEqualTo(AuthMethod.Kubernetes.of("pod"));

    Map<String, String> local =
        Map.of(
            "RUSTFS_KMS_BACKEND", "local",
            "RUSTFS_KMS_KEY_DIR", "/var/keys",
            "RUSTFS_KMS_LOCAL_MASTER_KEY", SECRET);
    KmsConfig config = ConfigSource.environment(Map.of(), local, Map.of()).read();
    assertThat(((LocalConfig) config.backend()).keyDir()).isEqualTo(Path.of("/var/keys"));

    Map<String, String> fixed =
        Map.of(
            "CLAVIGER_BACKEND_TYPE",
            "Static",
            "RUSTFS_KMS_STATIC_SECRET_KEY",
            "my-key:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=");
    StaticConfig one =
        (StaticConfig) ConfigSource.environment(Map.of(), fixed, Map.of()).read().backend();
    assertThat(one.keyId()).isEqualTo("my-key");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"backend_config\":{}}|exactly one backend",
        "{\"backend_config\":{\"Local\":1}}|Local is no object",
        "{\"backend\":\"Vault\",\"backend_config\":{\"Local\":{\"key_dir\":\"/k\",\"master_key\":\"m\"}}}|is \"Vault\", but backend_config holds \"Local\"",
        "{\"backend_config\":{\"memory\":{}},\"colour\":1}|\"colour\" (line 1) is not known for a stored configuration",
        "{\"backend_config\":{\"memory\":{}},\"timeout\":{\"mins\":1}}|\"mins\" (line 1) is not known for a duration",
        "{\"backend_config\":{\"memory\":{}},\"cache_config\":{\"size\":1}}|\"size\" (line 1) is not known for cache_config",
      })
  void aDamagedStoredShapeIsRefused(String json, String message) {
    assertThatThrownBy(() -> KmsConfig.fromJson(json))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(message);
  }

  @Test
  void typedRequestsNeedNoTypeAndRefuseAnother() {
    ConfigureLocalKmsRequest local =
        ConfigureLocalKmsRequest.fromJson(
            "{\"key_dir\":\"/k\",\"master_key\":\"Zz9q\",\"default_key_id\":\"d\"}");
    assertThat(local.backend().keyDir()).isEqualTo(java.nio.file.Path.of("/k"));
    assertThat(local.toKmsConfig().defaultKeyId()).contains("d");
    assertThat(local.toString() + local.toJson()).doesNotContain("Zz9q");
    ConfigureVaultKmsRequest vault =
        ConfigureVaultKmsRequest.fromJson(
            "{\"backend_type\":\"vault\",\"address\":\"https://v\",\"vault_token\":\"Zz9q\"}");
    assertThat(vault.backend().connection().address().getHost()).isEqualTo("v");
    assertThat(vault.toString() + vault.toJson()).doesNotContain("Zz9q");
    assertThat(ConfigureVaultKmsRequest.of(vault.backend()).toKmsConfig().backend())
        .isEqualTo(vault.backend());
    assertThatThrownBy(() -> ConfigureLocalKmsRequest.fromJson("{\"backend_type\":\"memory\"}"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("\"backend_type\" is \"memory\" in a request for Local");
    assertThatThrownBy(() -> ConfigureVaultKmsRequest.fromJson("{\"key_dir\":\"/k\"}"))
        .hasMessageContaining("\"key_dir\" (line 1) is not known");
  }
}
