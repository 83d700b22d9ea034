package io.claviger.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.config.AwsCredentials.AccessKey;
import io.claviger.config.AwsCredentials.DefaultChain;
import io.claviger.config.AwsCredentials.Profile;
import io.claviger.config.AwsCredentials.Provider;
import io.claviger.kms.BackendFields;
import io.claviger.kms.ConfigurationException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Fields of keys in AWS KMS: read, written, checked, never shown where they are secrets. */
class AwsKmsConfigTest {
  private static AwsKmsConfig read(Map<String, String> fields) {
    return AwsKmsConfig.from(BackendFields.of(fields));
  }

  @Test
  void credentialsAreOneOfFourWays(@TempDir Path folder) throws Exception {
    assertThat(read(Map.of()).credentials()).isEqualTo(new DefaultChain());
    assertThat(read(Map.of("aws_profile", "keys")).credentials()).isEqualTo(new Profile("keys"));
    assertThat(read(Map.of("aws_credentials_provider", "a.B")).credentials())
        .isEqualTo(new Provider("a.B"));
    Path file = Files.writeString(folder.resolve("secret"), "Zz9q\n");
    for (Map<String, String> secret :
        java.util.List.of(
            Map.of("aws_secret_access_key", "Zz9q"),
            Map.of("aws_secret_access_key_file", file.toString()))) {
      Map<String, String> fields = new java.util.HashMap<>(secret);
      fields.put("aws_access_key_id", "AKID");
      fields.put("aws_session_token", "Qq7t");
      AwsKmsConfig config = read(fields);
      assertThat(config.credentials())
          .isEqualTo(AccessKey.of("AKID", "Zz9q").withSessionToken("Qq7t"));
      assertThat(config.toString() + config.toMap()).doesNotContain("Zz9q").doesNotContain("Qq7t");
      assertThat(AwsKmsConfig.from(BackendFields.of(config.toMapWithSecrets()))).isEqualTo(config);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "aws_profile, p, aws_access_key_id, a, both set",
    "aws_profile, p, aws_credentials_provider, a.B, both set",
    "aws_access_key_id, a, region, eu-central-1, is missing beside",
    "aws_secret_access_key, s, region, eu-central-1, without aws_access_key_id",
    "aws_session_token, s, region, eu-central-1, without aws_access_key_id",
    "endpoint_url, :, region, eu-central-1, not a valid URL",
  })
  void contradictionsAreRefusedByName(
      String one, String value, String two, String other, String message) {
    assertThatThrownBy(() -> read(Map.of(one, value, two, other)))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource({
    "region, Frankfurt, Use the name of a region",
    "endpoint_url, http://kms.example, uses http",
    "endpoint_url, https://u:p@kms.example, not the URL of a server",
    "endpoint_url, ftp://kms.example, not the URL of a server",
  })
  void whatCannotBeIsFoundWithoutAsking(String field, String value, String message) {
    AwsKmsConfig config = read(Map.of(field, value));
    assertThatThrownBy(() -> config.validate(false))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(field)
        .hasMessageContaining(message);
  }

  @Test
  void regionsOfEveryPartitionAreTaken() {
    for (String region :
        new String[] {"eu-central-1", "us-gov-west-1", "us-isob-east-1", "eusc-de-east-1"}) {
      AwsKmsConfig.of(region).validate(false);
    }
    read(Map.of("endpoint_url", "http://127.0.0.1:4566")).validate(true);
  }

  @Test
  void aStoredConfigurationOfRustfsIsReadAndComesBack() {
    String stored =
        "{\"backend\":\"AWS\",\"backend_config\":{\"AWS\":{\"region\":\"eu-west-1\",\"endpoint_url\":\"https://kms.example\"}}}";
    KmsConfig config = KmsConfig.fromJson(stored);
    assertThat(config.backend())
        .isEqualTo(
            AwsKmsConfig.of("eu-west-1")
                .withEndpointUrl(java.net.URI.create("https://kms.example")));
    assertThat(KmsConfig.fromJson(config.toJsonWithSecrets()).backend())
        .isEqualTo(config.backend());
  }
}
