package io.claviger.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.object.NameBinding;
import io.claviger.s3.api.ListSizes;
import io.claviger.s3.api.PlaintextObjects;
import io.claviger.s3.api.SseParameters;
import io.claviger.s3.internal.call.Settings;
import io.claviger.s3.rules.KeyRules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The drop-in's options from outside, and each way to get one wrong. */
class DropInOptionsTest {
  @TempDir Path folder;

  private static Settings settings(Map<String, String> variables, Map<String, String> properties) {
    Properties all = new Properties();
    all.putAll(properties);
    ClavigerInterceptorBuilder builder =
        ClavigerInterceptor.builder().provider(TestKeys.provider());
    DropInOptions.apply(builder, variables, all);
    return builder.build().settings();
  }

  @Test
  void everyOptionIsTakenFromEitherPlaceAndPropertiesWin() throws IOException {
    Path file = Files.writeString(folder.resolve("options"), "names = none\nlist_sizes = off\n");
    Settings settings =
        settings(
            Map.of(
                "CLAVIGER_S3_CONFIG", file.toString(),
                "CLAVIGER_S3_NAMES", "bucket",
                "CLAVIGER_S3_KEY_ID", "of the variable",
                "CLAVIGER_S3_PLAINTEXT_OBJECTS", "allow",
                "CLAVIGER_S3_INCLUDE_BUCKETS", "a, b-*",
                "CLAVIGER_KEY_DIR", "not ours"),
            Map.of(
                "claviger.s3.key_id", "of the property",
                "claviger.s3.exclude_buckets", "b-logs",
                "claviger.s3.accept_moved", "TRUE",
                "claviger.s3.bucket_keys", "false",
                "claviger.s3.spool_bytes", "1000",
                "claviger.s3.key_rules", "deny s3://a/x/* ; s3://a/** -> k1;default -> k2",
                "claviger.s3.sse_parameters", "Both",
                "claviger.s3.trusted_key_ids", "k1 , k2",
                "claviger.s3.bucket_aliases", "x=a , y = b",
                "claviger.s3.kms_key_aliases", "arn:aws:kms:x=k1"));
    assertThat(settings.keyId()).isEqualTo("of the property");
    assertThat(settings.names()).isEqualTo(NameBinding.BUCKET);
    assertThat(settings.keys().rules().current())
        .isEqualTo(KeyRules.parse("deny s3://a/x/*\ns3://a/** -> k1\ndefault -> k2"));
    assertThat(settings.plaintextObjects()).isEqualTo(PlaintextObjects.ALLOW);
    assertThat(settings.options().listSizes()).isEqualTo(ListSizes.OFF);
    assertThat(settings.options().sseParameters()).isEqualTo(SseParameters.BOTH);
    assertThat(settings.options().bucketKeys()).isFalse();
    assertThat(settings.options().spool()).isNotNull();
    assertThat(settings.reader().acceptMoved()).isTrue();
    assertThat(settings.reader().trustedKeyIds()).containsExactlyInAnyOrder("k1", "k2");
    assertThat(settings.reader().bucketAliases()).isEqualTo(Map.of("x", "a", "y", "b"));
    assertThat(settings.keys().aliases()).isEqualTo(Map.of("arn:aws:kms:x", "k1"));
    assertThat(settings.covers("a") && settings.covers("b-1")).isTrue();
    assertThat(settings.covers("b-logs") || settings.covers("c")).isFalse();
    assertThat(settings.summary("k")).contains("[a, b-*]", "not [b-logs]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "nmaes|object|Known are",
        "names|everything|OBJECT",
        "names|''|is empty",
        "plaintext_objects|yes|REJECT",
        "list_sizes|some|EXACT",
        "sse_parameters|none|CLIENT_SIDE",
        "accept_moved|perhaps|true or false",
        "bucket_keys|1|true or false",
        "spool_bytes|1 GiB|a number of bytes",
        "spool_bytes|-1|at least 0",
        "include_buckets|''|is empty",
        "include_buckets|' '|is empty",
        "include_buckets|a,|matches no bucket",
        "include_buckets|s3://a|matches no bucket",
        "exclude_buckets|a/b|matches no bucket",
        "trusted_key_ids|'a,,b'|an id is missing",
        "key_rules|s3://a -> k|begins with s3://",
        "key_rules|'default -> k; default deny'|line 2",
        "key_rules_file|/does/not/exist|cannot be read",
        "bucket_aliases|a|name=value",
        "bucket_aliases|'a=b,'|name=value",
        "kms_key_aliases|=b|name=value",
        "key_id|''|is empty",
        "config|/does/not/exist|cannot be read"
      })
  void aWrongOptionIsAnErrorThatNamesIt(String name, String value, String advice) {
    String found = name.equals("config") ? value : name;
    assertThatThrownBy(() -> settings(Map.of(), Map.of("claviger.s3." + name, value)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(found)
        .hasMessageContaining(advice);
    String variable = "CLAVIGER_S3_" + name.toUpperCase(java.util.Locale.ROOT);
    assertThatThrownBy(() -> settings(Map.of(variable, value), Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(advice);
  }
}
