package io.claviger.backend.awskms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.backend.awskms.FakeKms.Answer;
import io.claviger.config.AwsKmsConfig;
import io.claviger.config.ConfigureKmsRequest;
import io.claviger.config.KmsConfig;
import io.claviger.service.KmsServiceManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** From a configuration through ServiceLoader to the backend. */
class ConfigurationTest {
  @ParameterizedTest
  @ValueSource(strings = {"AWS", "Aws", "aws", "AwsKms", "aws-kms", "aws_kms"})
  void theRequestOfRustfsIsReadInEverySpelling(String type) {
    KmsConfig config =
        ConfigureKmsRequest.fromJson(
                "{\"backend_type\":\"%s\",\"region\":\"eu-west-1\",\"endpoint_url\":\"https://kms.example\",\"default_key_id\":\"alias/k\"}"
                    .formatted(type))
            .toKmsConfig();
    assertThat(config.backend()).isInstanceOf(AwsKmsConfig.class);
    assertThat(config.backend().typeName()).isEqualTo("AWS");
    assertThat(config.defaultKeyId()).contains("alias/k");
  }

  @Test
  void unknownFieldsAreRefusedByName() {
    assertThatThrownBy(() -> KmsConfig.fromJson("{\"backend_type\":\"AWS\",\"key_dir\":\"/k\"}"))
        .hasMessageContaining("key_dir")
        .hasMessageContaining("endpoint_url");
  }

  @Test
  void aServiceOverItStartsDescribesAndStops() throws Exception {
    try (FakeKms server = new FakeKms()) {
      server.answers(Answer.ok(FakeKms.KEY), Answer.ok("{\"Tags\":[]}"));
      KmsServiceManager service = new KmsServiceManager();
      service.configure(KmsConfig.builder(server.config()).allowInsecureDevDefaults(true).build());
      service.start();
      assertThat(service.manager().describeKey("orders").keyId()).isEqualTo(FakeKms.ARN);
      assertThat(service.manager().capabilities().rawCiphers()).isFalse();
      int before = server.seen.size();
      assertThat(service.manager().destroyDueKeys()).isEmpty();
      assertThat(server.seen).as("nobody looks for due keys").hasSize(before);
      service.stop();
    }
  }
}
