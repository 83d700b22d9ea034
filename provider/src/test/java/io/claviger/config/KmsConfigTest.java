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
import org.junit.jupiter.params.provider.ValueSource;

class KmsConfigTest {
  private static final String BACKEND = "CLAVIGER_BACKEND_TYPE";
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
    assertThat(config.toString() + config.backend().toMap()).doesNotContain("s3cret-passphrase");
    assertThat(config.backend().toMapWithSecrets().get("master_key"))
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
    Files.writeString(
        properties, "backend_type=Local\nmaster_key=one\nkey_dir = /k\nmaster_key : other\n");
    assertThatThrownBy(() -> KmsConfig.fromFile(properties))
        .hasMessage(
            "config \"master_key\" (kms.properties) is set more than once, in lines [2, 4]. Keep one of them.");
    Path empty = Files.writeString(folder.resolve("empty"), "\n");
    Files.writeString(
        properties, "backend_type=Local\nkey_dir=/k\nmaster_key_file=%s\n".formatted(empty));
    assertThatThrownBy(() -> KmsConfig.fromFile(properties))
        .hasMessage(
            "config \"master_key_file\" (kms.properties line 3) names %s, which is empty. Write the secret into it."
                .formatted(empty));
    Files.writeString(properties, "backend_type=Local\nkey_dir=/\nmaster_key=p\n");
    assertThatThrownBy(() -> KmsConfig.fromFile(properties))
        .hasMessageContaining(
            "\"key_dir\" (kms.properties line 2) is \"/\", the root of all files");
    Path json = folder.resolve("kms.json");
    Files.writeString(json, "{\"backend_type\": \"Local\",\n \"colour\": \"red\"}");
    assertThatThrownBy(() -> KmsConfig.fromFile(json))
        .hasMessageStartingWith("config \"colour\" (kms.json line 2) is not known");
    Map<String, String> variables =
        Map.of("CLAVIGER_BACKEND_TYPE", "memory", "RUSTFS_KMS_TIMEOUT_SECS", "0");
    assertThatThrownBy(() -> environment(Map.of(), variables, Map.of()))
        .hasMessageContaining("(environment variable RUSTFS_KMS_TIMEOUT_SECS)");
    assertThatThrownBy(() -> KmsConfig.fromFile(folder.resolve("none.json")))
        .hasMessageContaining(
            "none.json\" is named as the configuration file, which cannot be read");
  }

  private static KmsConfig environment(
      Map<String, String> inCode, Map<String, String> variables, Map<String, String> properties) {
    return ConfigSource.environment(inCode, variables, properties).read();
  }

  @Test
  void everyFieldStandsInTheDocument() throws IOException {
    String document = Files.readString(Path.of("../docs/configuration.md"));
    for (String field : ConfigFields.NAMES) {
      assertThat(document).contains("`" + field + "`");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "CLAVIGER_RETRY_ATTEMPT|CLAVIGER_RETRY_ATTEMPTS",
        "CLAVIGER_DEFAULT_KEYID|CLAVIGER_DEFAULT_KEY_ID",
        "CLAVIGER_MASTERKEY|CLAVIGER_MASTER_KEY",
        "CLAVIGER_STRICT|CLAVIGER_CREATE",
      })
  void anUnknownVariableIsAnErrorWithTheNearestName(String variable, String nearest) {
    assertThatThrownBy(
            () -> environment(Map.of(), Map.of(BACKEND, "memory", variable, "x"), Map.of()))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("(environment variable %s) is not known".formatted(variable))
        .hasMessageContaining("write %s if".formatted(nearest));
  }

  @Test
  void anUnknownSystemPropertyToo() {
    assertThatThrownBy(
            () ->
                environment(
                    Map.of(), Map.of(BACKEND, "memory"), Map.of("claviger.retry_atempts", "2")))
        .hasMessageContaining("(system property claviger.retry_atempts) is not known")
        .hasMessageContaining("write claviger.retry_attempts if");
    assertThatThrownBy(
            () ->
                environment(
                    Map.of(),
                    Map.of("CLAVIGER_ALLOW_IMMEDIATE_DELETION", "true"),
                    Map.of("claviger.backend_type", "memory")))
        .hasMessageContaining("can be set in code only");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CLAVIGER_SERVICE_HOST",
        "CLAVIGER_SERVICE_PORT",
        "CLAVIGER_SERVICE_PORT_HTTPS",
        "CLAVIGER_PORT",
        "CLAVIGER_PORT_8200_TCP",
        "CLAVIGER_PORT_8200_TCP_ADDR",
        "CLAVIGER_PORT_8200_TCP_PROTO",
        "CLAVIGER_VAULT_SERVICE_HOST",
        "CLAVIGER_VAULT_PORT_8200_TCP_PORT",
        "CLAVIGER_WARM_UP",
        "CLAVIGER_S3_KEY_ID",
        "RUSTFS_KMS_WHATEVER",
        "PATH"
      })
  void namesOfKubernetesOfTheDropInAndOfOthersPass(String variable) {
    Map<String, String> variables = Map.of(BACKEND, "memory", variable, "x");
    assertThat(environment(Map.of(), variables, Map.of()).backend().typeName()).isEqualTo("memory");
  }

  @Test
  void anEmptyVariableCountsAsUnset() {
    Map<String, String> variables =
        Map.of(
            BACKEND,
            "memory",
            "CLAVIGER_DEFAULT_KEY_ID",
            "",
            "RUSTFS_KMS_DEFAULT_KEY_ID",
            "r",
            "CLAVIGER_CONFIG",
            "",
            "CLAVIGER_RETRY_ATTEMPTS",
            "");
    KmsConfig config = environment(Map.of(), variables, Map.of("claviger.timeout_seconds", ""));
    assertThat(config.defaultKeyId()).contains("r");
    assertThat(config.retryAttempts()).isEqualTo(KmsConfig.DEFAULT_RETRY_ATTEMPTS);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "${PASSPHRASE}|holds ${..}",
        "a${X:-y}b|holds ${..}",
        "\"Zz9q\"|is in quotes",
        "'Zz9q'|is in quotes",
        "Zz9q |ends with a blank",
        " Zz9q|begins or ends with a blank",
      })
  void whatAShellOrATemplateLeftIsFoundAndNotShown(String value, String message)
      throws IOException {
    Map<String, String> variables =
        Map.of(BACKEND, "Local", "CLAVIGER_KEY_DIR", "/k", "CLAVIGER_MASTER_KEY", value);
    assertThatThrownBy(() -> environment(Map.of(), variables, Map.of()))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageStartingWith("config \"master_key\" (environment variable CLAVIGER_MASTER_KEY) ")
        .hasMessageContaining(message)
        .hasMessageNotContaining("Zz9q");
  }

  @Test
  void aFileMayHaveAByteOrderMarkAndLineEndsOfWindows(@TempDir Path folder) throws IOException {
    Path properties = folder.resolve("kms.properties");
    Files.writeString(properties, "\uFEFFbackend_type=memory\r\ndefault_key_id=k\r\n");
    assertThat(KmsConfig.fromFile(properties).defaultKeyId()).contains("k");
    Path json = folder.resolve("kms.json");
    Files.writeString(json, "\uFEFF{\"backend_type\":\"memory\",\r\n\"default_key_id\":\"k\"}\r\n");
    assertThat(KmsConfig.fromFile(json).defaultKeyId()).contains("k");
  }

  @Test
  void yamlIsRefusedAsSuch(@TempDir Path folder) throws IOException {
    for (String name : new String[] {"kms.yaml", "kms.yml"}) {
      Path yaml = folder.resolve(name);
      Files.writeString(yaml, "backend_type: memory\n");
      assertThatThrownBy(() -> KmsConfig.fromFile(yaml))
          .hasMessageContaining("YAML is not read")
          .hasMessageContaining(".properties");
    }
  }

  @ParameterizedTest
  @CsvSource({"Locl, Local", "valt, Vault", "AWS, claviger-aws-kms", "Etcd, found ["})
  void aBackendTypeThatIsNotThereIsFoundAtOnce(String type, String hint) {
    assertThatThrownBy(() -> KmsConfig.fromJson("{\"backend_type\":\"%s\"}".formatted(type)))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageStartingWith("config \"backend_type\" (line 1) is \"%s\"".formatted(type))
        .hasMessageContaining(hint);
  }
}
