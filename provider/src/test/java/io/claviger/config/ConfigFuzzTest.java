package io.claviger.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.claviger.kms.ConfigurationException;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Any text is a configuration that is written and read again as the same, or is refused. */
class ConfigFuzzTest {
  static Stream<byte[]> texts() {
    return Stream.of(
            "{\"backend_type\":\"Local\",\"key_dir\":\"/k\",\"master_key\":\"m\",\"default_key_id\":\"d\"}",
            "{\"backend_type\":\"memory\",\"timeout_seconds\":5,\"retry_attempts\":2,\"enable_cache\":false}",
            "{\"backend_type\":\"vault-kv2\",\"address\":\"https://v\",\"auth_method\":{\"AppRole\":{\"role_id\":\"r\",\"secret_id\":\"s\"}},\"skip_tls_verify\":false}",
            "{\"backend_type\":\"VaultTransit\",\"address\":\"https://v:8200/x\",\"auth_method\":{\"Token\":{\"token\":\"t\"}},\"timeout_seconds\":400}",
            "{\"backend_type\":\"Static\",\"key_id\":\"k\",\"secret_key\":\"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\"}",
            "{\"backend\":\"Local\",\"backend_config\":{\"Local\":{\"key_dir\":\"/k\",\"master_key\":\"m\"}},\"timeout\":{\"secs\":30,\"nanos\":0},\"cache_config\":{\"max_keys\":5}}",
            "{\"backend_type\":\"Local\",\"key_dir\":\"\\u0000\",\"master_key\":\"m\"}",
            "{\"backend_type\":\"Local\",\"key_dir\":\"/k\",\"master_key\":\"m\",\"timeout_seconds\":99999999999999999999}",
            "{\"backend_type\":\"memory\",\"cache_ttl_seconds\":9223372036854775807}",
            "{\"backend_type\":\"vault\",\"address\":\"https://v\",\"auth_method\":{\"Token\":{\"token\":\"t\",\"safety_window_seconds\":9223372036854775807}}}",
            "{\"backend_type\":\"vault\",\"address\":\"https://[\",\"auth_method\":[]}",
            "{\"backend_config\":{\"memory\":{}},\"timeout\":{\"secs\":9223372036854775807,\"nanos\":-1}}",
            "{\"a\":{\"a\":{}}}",
            "null",
            "")
        .map(text -> text.getBytes(StandardCharsets.UTF_8));
  }

  @MethodSource("texts")
  @FuzzTest(maxDuration = "30s")
  void json(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    try {
      KmsConfig config = KmsConfig.fromJson(text);
      String stored = config.toJsonWithSecrets();
      assertThat(KmsConfig.fromJson(stored).toJsonWithSecrets()).isEqualTo(stored);
    } catch (ConfigurationException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
    try {
      ConfigureKmsRequest.fromJson(text).toKmsConfig();
    } catch (ConfigurationException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }
}
