package io.claviger.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.kms.ConfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KmsConfigTest {
  private static final String LOCAL =
      "\"backend_type\":\"Local\",\"key_dir\":\"/var/keys\",\"master_key\":\"s3cret-passphrase\"";

  @Test
  void readsTheAdminRequest() {
    KmsConfig config =
        KmsConfig.fromJson(
            "{"
                + LOCAL
                + ",\"default_key_id\":\"k\",\"timeout_seconds\":5,\"retry_attempts\":2,"
                + "\"enable_cache\":false,\"max_cached_keys\":7,\"cache_ttl_seconds\":9}");
    assertThat(config.defaultKeyId()).contains("k");
    assertThat(config.timeout()).isEqualTo(Duration.ofSeconds(5));
    assertThat(config.retryAttempts()).isEqualTo(2);
    assertThat(config.enableCache()).isFalse();
    assertThat(config.cacheConfig().maxKeys()).isEqualTo(7);
    assertThat(config.cacheConfig().ttl()).isEqualTo(Duration.ofSeconds(9));
    assertThat(config.toString() + config.backend().toJson()).doesNotContain("s3cret-passphrase");
    assertThat(config.backend().toJsonWithSecrets().get("master_key").asText())
        .isEqualTo("s3cret-passphrase");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}|\"backend_type\" is missing",
        "{LOCAL,\"colour\":1}|\"colour\" (line 1) is not known for backend_type Local. Remove it",
        "{LOCAL,\"timeout_seconds\":0}|\"timeout_seconds\" (line 1) is 0 or less. Use 1 to 300",
        "{LOCAL,\"retry_attempts\":\"x\"}|\"retry_attempts\" (line 1) is \"x\". Use a whole number",
        "{LOCAL,\"enable_cache\":\"yes\"}|\"enable_cache\" (line 1) is \"yes\". Use true or false",
        "{LOCAL,\"master_key_file\":\"/x\"}|\"master_key_file\" (line 1) and \"master_key\" are both set",
        "{\"backend_type\":\"Local\"}|\"key_dir\" is missing",
        "{\"backend_type\":\"Local\",\"key_dir\":\"/k\"}|\"master_key\" is missing. Set a passphrase",
        "{\"backend_type\":\"Local\",\"key_dir\":\"k\",\"master_key\":\"p\"}|Use an absolute one",
        "{\"backend_type\":\"Local\",\"key_dir\":\"/k\",\"master_key_file\":\"/no/file\"}|cannot be read",
        "{LOCAL,\"allow_immediate_deletion\":true}|can be set in code only",
        "{LOCAL,\"file_permissions\":420}|is 0644, which lets everyone on this machine in",
        "{LOCAL,\"file_permissions\":\"0400\"}|The owner must read and write",
        "{LOCAL,\"file_permissions\":\"rw\"}|Use an octal number such as 0600",
        "{LOCAL,\"retry_attempts\":{}}|is an object or a list",
        "{\"backend_type\":\"Local\",\"key_dir\":\"/k\\u0000\",\"master_key\":\"p\"}|\"key_dir\" (line 1) is no path",
        "{LOCAL|line 1 is not JSON",
        "[]|is no object",
      })
  void refusesByName(String json, String message) {
    assertThatThrownBy(() -> KmsConfig.fromJson(json.replace("LOCAL", LOCAL)))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(message)
        .hasMessageNotContaining("s3cret-passphrase");
  }

  @Test
  void theTemporaryFolderIsForTestsOnly() {
    Path folder = Path.of(System.getProperty("java.io.tmpdir")).toAbsolutePath().resolve("keys");
    LocalConfig local = LocalConfig.of(folder, "p");
    assertThatThrownBy(() -> local.validate(false)).hasMessageContaining("temporary folder");
    local.validate(true);
  }

  @Test
  void codeWinsOverPropertyOverVariableOverFile(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("claviger.properties");
    Files.writeString(file, "backend_type=memory\ndefault_key_id=file\nretry_attempts=4\n");
    Map<String, String> variables =
        Map.of(
            "CLAVIGER_CONFIG", file.toString(),
            "RUSTFS_KMS_DEFAULT_KEY_ID", "rustfs",
            "RUSTFS_KMS_TIMEOUT_SECS", "7",
            "CLAVIGER_DEFAULT_KEY_ID", "variable");
    KmsConfig fromVariables = environment(Map.of(), variables, Map.of());
    assertThat(fromVariables.defaultKeyId()).contains("variable");
    assertThat(fromVariables.retryAttempts()).isEqualTo(4);
    assertThat(fromVariables.timeout()).isEqualTo(Duration.ofSeconds(7));
    Map<String, String> properties = Map.of("claviger.default_key_id", "property");
    assertThat(environment(Map.of(), variables, properties).defaultKeyId()).contains("property");
    assertThat(environment(Map.of("default_key_id", "code"), variables, properties).defaultKeyId())
        .contains("code");
  }

  @Test
  void errorsSayWhereTheFieldStands(@TempDir Path folder) throws IOException {
    Path properties = folder.resolve("kms.properties");
    Files.writeString(properties, "backend_type=memory\n\nretry_attempts=often\n");
    assertThatThrownBy(() -> KmsConfig.fromFile(properties))
        .hasMessage(
            "config \"retry_attempts\" (kms.properties line 3) is \"often\". Use a whole number.");
    Path json = folder.resolve("kms.json");
    Files.writeString(json, "{\"backend_type\": \"Local\",\n \"colour\": \"red\"}");
    assertThatThrownBy(() -> KmsConfig.fromFile(json))
        .hasMessageStartingWith("config \"colour\" (kms.json line 2) is not known");
    Map<String, String> variables =
        Map.of("CLAVIGER_BACKEND_TYPE", "memory", "RUSTFS_KMS_TIMEOUT_SECS", "0");
    assertThatThrownBy(() -> environment(Map.of(), variables, Map.of()))
        .hasMessageContaining("(environment variable RUSTFS_KMS_TIMEOUT_SECS)");
    assertThatThrownBy(() -> KmsConfig.fromFile(folder.resolve("none.json")))
        .hasMessageContaining("none.json, which cannot be read");
  }

  private static KmsConfig environment(
      Map<String, String> inCode, Map<String, String> variables, Map<String, String> properties) {
    return ConfigSource.environment(inCode, variables, properties::get).read();
  }

  @Test
  void everyFieldStandsInTheDocument() throws IOException {
    String document = Files.readString(Path.of("../docs/configuration.md"));
    for (String field : ConfigFields.NAMES) {
      assertThat(document).contains("`" + field + "`");
    }
  }
}
