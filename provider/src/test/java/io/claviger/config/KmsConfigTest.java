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
        "{LOCAL,\"colour\":1}|\"colour\" is not known for backend_type Local. Remove it",
        "{LOCAL,\"timeout_seconds\":0}|\"timeout_seconds\" is 0 or less. Use 1 to 300",
        "{LOCAL,\"retry_attempts\":\"x\"}|\"retry_attempts\" is \"x\". Use a whole number",
        "{LOCAL,\"enable_cache\":\"yes\"}|\"enable_cache\" is \"yes\". Use true or false",
        "{LOCAL,\"master_key_file\":\"/x\"}|\"master_key_file\" and \"master_key\" are both set",
        "{\"backend_type\":\"Local\"}|\"key_dir\" is missing",
        "{\"backend_type\":\"Local\",\"key_dir\":\"/k\"}|\"master_key\" is missing. Set a passphrase",
        "{\"backend_type\":\"Local\",\"key_dir\":\"k\",\"master_key\":\"p\"}|Use an absolute one",
        "{\"backend_type\":\"Local\",\"key_dir\":\"/k\",\"master_key_file\":\"/no/file\"}|cannot be read",
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
  void propertyWinsOverVariableOverFile(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("claviger.properties");
    Files.writeString(file, "backend_type=memory\ndefault_key_id=file\nretry_attempts=4\n");
    Map<String, String> variables =
        Map.of(
            "CLAVIGER_CONFIG", file.toString(),
            "RUSTFS_KMS_DEFAULT_KEY_ID", "rustfs",
            "RUSTFS_KMS_TIMEOUT_SECONDS", "7",
            "CLAVIGER_DEFAULT_KEY_ID", "variable");
    KmsConfig fromVariables = ConfigFields.read(ConfigSource.environment(variables, name -> null));
    assertThat(fromVariables.defaultKeyId()).contains("variable");
    assertThat(fromVariables.retryAttempts()).isEqualTo(4);
    assertThat(fromVariables.timeout()).isEqualTo(Duration.ofSeconds(7));
    KmsConfig fromProperties =
        ConfigFields.read(
            ConfigSource.environment(
                variables, name -> name.equals("claviger.default_key_id") ? "property" : null));
    assertThat(fromProperties.defaultKeyId()).contains("property");
  }

  @Test
  void everyFieldStandsInTheDocument() throws IOException {
    String document = Files.readString(Path.of("../docs/configuration.md"));
    for (String field : ConfigFields.NAMES) {
      assertThat(document).contains("`" + field + "`");
    }
  }
}
