package io.claviger.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read out of Spark's settings. */
class StartCheckTest {
  private static final String SECRET = "a-secret-of-the-test";

  private static SparkSettings settings(String... namesAndValues) {
    Map<String, String> all = new java.util.TreeMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      all.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return new SparkSettings(all);
  }

  private static void assertSecretFound(SparkSettings settings, String place) {
    assertThat(SecretPlaces.wrong(settings, new Properties(), Map.of()))
        .singleElement()
        .asString()
        .contains(place, "_file", "hadoop credential create")
        .doesNotContain(SECRET);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "spark.hadoop.fs.s3a.claviger.master_key",
        "spark.hadoop.fs.s3a.bucket.logs.claviger.vault_token",
        "spark.executorEnv.CLAVIGER_APPROLE_SECRET_ID",
        "spark.kubernetes.driver.secretKeyRef.CLAVIGER_SECRET_KEY"
      })
  void aSecretInASettingIsRefused(String name) {
    assertSecretFound(settings(name, SECRET), name);
  }

  @Test
  void aSecretInAJvmsOptionsIsRefused() {
    String name = "spark.executor.extraJavaOptions";
    assertSecretFound(settings(name, "-Xss2m -Dclaviger.master_key=" + SECRET), name);
  }

  @Test
  void aSecretOfThisProcessIsRefusedAndFilesAreNot() {
    Properties properties = new Properties();
    properties.setProperty("claviger.master_key", SECRET);
    properties.setProperty("claviger.master_key_file", "/run/secrets/key");
    assertThat(SecretPlaces.wrong(settings(), properties, Map.of("CLAVIGER_VAULT_TOKEN", SECRET)))
        .hasSize(2)
        .noneMatch(s -> s.contains(SECRET) || s.contains("/run"));
    SparkSettings files =
        settings(
            "spark.hadoop.fs.s3a.claviger.vault_token_file", "/run/secrets/token",
            "spark.executorEnv.CLAVIGER_MASTER_KEY_FILE", "/run/secrets/key");
    assertThat(SecretPlaces.wrong(files, new Properties(), Map.of())).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "spark.files.ignoreCorruptFiles",
        "spark.files.ignoreMissingFiles",
        "spark.sql.files.ignoreCorruptFiles",
        "spark.sql.files.ignoreMissingFiles"
      })
  void passingOverFilesIsOffOrAllowedByName(String name) {
    assertThat(IgnoredFiles.wrong(settings(name, "false"))).isEmpty();
    assertThat(IgnoredFiles.wrong(settings(name, "true")))
        .singleElement()
        .asString()
        .contains(name + " is true", "spark.claviger.allow=" + name);
    assertThat(IgnoredFiles.wrong(settings(name, "true", SparkSettings.ALLOW, "x, " + name)))
        .isEmpty();
  }

  @Test
  void allThatIsWrongIsSaidAtOnce() {
    SparkSettings settings =
        settings(
            "spark.sql.files.ignoreCorruptFiles",
            "true",
            "spark.hadoop.fs.s3a.claviger.master_key",
            SECRET);
    assertThatThrownBy(() -> StartCheck.require(settings, "executor 7", false))
        .isInstanceOf(RefusedStart.class)
        .hasMessageStartingWith(StartCheck.REFUSED + "executor 7)")
        .hasMessageContainingAll("ignoreCorruptFiles", "master_key", "docs/spark.md")
        .hasMessageNotContaining(SECRET);
  }

  @Test
  void hadoopsSettingsAreTakenFromSparks() {
    SparkSettings settings = settings("spark.hadoop.fs.s3a.claviger.key_id", "orders");
    assertThat(settings.hadoop().get("fs.s3a.claviger.key_id")).isEqualTo("orders");
  }

  /** Hadoop's own default would store checkpoints of streams in the clear. */
  @Test
  void bothDoorsOfS3aMustSeal() {
    String door = "spark.hadoop.fs.AbstractFileSystem.s3a.impl";
    assertThat(WayIn.fileContext(settings().hadoop()))
        .singleElement()
        .asString()
        .contains("org.apache.hadoop.fs.s3a.S3A", "streams")
        .contains(door + "=io.claviger.hadoop.SealedS3A");
    assertThat(WayIn.fileContext(settings(door, "io.claviger.hadoop.SealedS3A").hadoop()))
        .isEmpty();
  }

  @Test
  void executorsThatWereRefusedAreToldFromThoseThatFailed() {
    assertThat(RefusedExecutors.sentence("3", "Command exited with code 137")).isEmpty();
    assertThat(RefusedExecutors.sentence("3", "Unable to create executor due to Vault is sealed"))
        .isEmpty();
    String refused = "Unable to create executor due to " + StartCheck.REFUSED + "executor 3): x";
    assertThat(RefusedExecutors.sentence("3", refused)).isEqualTo(refused);
    String missing = "Unable to create executor due to io.claviger.spark.ClavigerPlugin";
    assertThat(RefusedExecutors.sentence("3", missing))
        .contains("executor 3 does not have the jar", "spark.executor.extraClassPath");
  }
}
