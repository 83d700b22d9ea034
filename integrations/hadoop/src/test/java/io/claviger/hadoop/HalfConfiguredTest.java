package io.claviger.hadoop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.Test;

/** What S3A does not start with: each ends before anything is stored, and says what to do. */
class HalfConfiguredTest extends S3aTests {
  private void assertRefused(String bucket, Configuration conf, String... sentence)
      throws IOException {
    assertThatThrownBy(
            () -> {
              try (FileSystem files = files(bucket, conf)) {
                write(files, "a", text());
              }
            })
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll(sentence);
    assertThat(stored(bucket)).isEmpty();
  }

  private static Configuration with(Configuration conf, String name, String value) {
    conf.set(name, value);
    return conf;
  }

  @Test
  void auditingThatIsSwitchedOff() throws Exception {
    String bucket = newBucket();
    String own = "fs.s3a.bucket." + bucket + ".audit.enabled";
    assertRefused(
        bucket, with(sealed(), "fs.s3a.audit.enabled", "false"), "fs.s3a.audit.enabled", "Take");
    assertRefused(bucket, with(sealed(), own, "false"), own, "stored in the clear");
    Configuration onHere = with(sealed(), "fs.s3a.audit.enabled", "false");
    try (FileSystem files = files(bucket, with(onHere, own, "true"))) {
      write(files, "a", text());
    }
    assertThat(stored(bucket).values()).hasSize(1).allMatch(S3aTests::isSealed);
  }

  @Test
  void noKeysOrHalfOfThem() throws Exception {
    String bucket = newBucket();
    Configuration none = s3a();
    none.set("fs.s3a.impl", SealedS3AFileSystem.class.getName());
    assertRefused(bucket, none, "backend_type", "nothing is stored in the clear");
    Configuration half = sealed();
    half.unset("fs.s3a.claviger.secret_key_file");
    assertRefused(bucket, half, "secret_key", "docs/hadoop.md");
    assertRefused(bucket, with(sealed(), "fs.s3a.claviger.key_di", "/x"), "key_di");
    assertRefused(bucket, with(sealed(), "fs.s3a.claviger.s3.nmaes", "OBJECT"), "nmaes");
  }

  @Test
  void theSameByTheInterceptorsSettingAlone() throws Exception {
    Configuration conf = s3a();
    conf.set("fs.s3a.audit.execution.interceptors", S3aInterceptor.class.getName());
    assertRefused(newBucket(), conf, "backend_type");
  }

  @Test
  void aSecretInTheConfiguration() throws Exception {
    String secret = Files.readString(folder.resolve("key"));
    Configuration conf = with(sealed(), "fs.s3a.claviger.secret_key", secret);
    String bucket = newBucket();
    assertRefused(bucket, conf, "in the clear", "secret_key_file", "hadoop credential create");
    assertThatThrownBy(() -> files(bucket, conf)).hasMessageNotContaining(secret);
  }

  @Test
  void sizesThatParquetCannotReadBy() throws Exception {
    for (String sizes : new String[] {"OFF", "arithmetic"}) {
      Configuration conf = with(sealed(), "fs.s3a.claviger.s3.list_sizes", sizes);
      assertRefused(newBucket(), conf, "list_sizes is " + sizes, "Parquet", "Use EXACT");
    }
  }

  @Test
  void encryptionOfItsOwn() throws Exception {
    Configuration conf = with(sealed(), "fs.s3a.encryption.algorithm", "CSE-KMS");
    assertRefused(newBucket(), conf, "fs.s3a.encryption.algorithm is CSE-KMS");
  }

  @Test
  void aFileSystemThatIsNotS3A() throws Exception {
    try (FileSystem local = FileSystem.newInstance(folder.toUri(), new Configuration())) {
      assertThatThrownBy(() -> SealingSetup.require(local))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("not S3A");
    }
  }
}
