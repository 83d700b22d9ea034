package io.claviger.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Listings of processes show system properties: a secret among them is warned of, not shown. */
class SecretPropertiesTest {
  private static final String SECRET = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
  private static final Map<String, Map<String, String>> BESIDE =
      Map.of(
          "master_key", Map.of("backend_type", "Local", "key_dir", "/keys"),
          "secret_key", Map.of("backend_type", "Static", "key_id", "k"),
          "vault_token", Map.of("backend_type", "VaultTransit", "address", "https://vault"),
          "approle_secret_id",
              Map.of(
                  "backend_type", "VaultTransit",
                  "address", "https://vault",
                  "approle_role_id", "r"));

  private static String logged(Map<String, String> variables, Map<String, String> properties) {
    PrintStream before = System.err;
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
    try {
      assertThat(ConfigSource.environment(Map.of(), variables, properties).read()).isNotNull();
    } finally {
      System.setErr(before);
    }
    return log.toString(StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @ValueSource(strings = {"master_key", "secret_key", "vault_token", "approle_secret_id"})
  void aSecretIsWarnedOfByName(String field) {
    Map<String, String> properties = new HashMap<>();
    BESIDE.get(field).forEach((name, value) -> properties.put("claviger." + name, value));
    properties.put("claviger." + field, SECRET);
    assertThat(logged(Map.of(), properties))
        .containsOnlyOnce("WARN")
        .contains(
            "config \"%s\" is the system property claviger.%s: listings of processes show it. Use a file (claviger.%s_file) or an environment variable"
                .formatted(field, field, field))
        .doesNotContain(SECRET);
  }

  @Test
  void neitherTheEnvironmentNorAFileNorAnEmptyPropertyIs() {
    Map<String, String> variables =
        Map.of(
            "CLAVIGER_BACKEND_TYPE", "Local",
            "CLAVIGER_KEY_DIR", "/keys",
            "CLAVIGER_MASTER_KEY", SECRET);
    assertThat(logged(variables, Map.of("claviger.master_key", ""))).isEmpty();
  }
}
