package io.claviger.hadoop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.s3.ClavigerDropIn;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.util.EnumSet;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.CreateFlag;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.s3a.AWSBadRequestException;
import org.apache.hadoop.security.alias.CredentialProvider;
import org.apache.hadoop.security.alias.CredentialProviderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** S3A that seals, over a store. */
class SealedS3ATest extends S3aTests {
  private static final int SEALED_BYTES = 98 + 32 + TEXT.length();

  @Test
  void whatIsStoredIsSealedAndReadsBack() throws Exception {
    String bucket = newBucket();
    try (FileSystem files = files(bucket, sealed())) {
      SealingSetup.require(files);
      assertThat(files.getClass().getName()).isEqualTo(SealingSetup.FILE_SYSTEM);
      write(files, "folder/a", text());
      assertThat(files.rename(path("folder/a"), path("folder/b"))).isTrue();
      assertThat(read(files, "folder/b")).isEqualTo(text());
      assertThat(files.getFileStatus(path("folder/b")).getLen()).isEqualTo(TEXT.length());
      assertThat(files.listStatus(path("folder"))[0].getLen()).isEqualTo(TEXT.length());
    }
    assertThat(stored(bucket)).containsOnlyKeys("folder/b");
    assertThat(stored(bucket).values()).allMatch(S3aTests::isSealed);
  }

  @Test
  void byTheInterceptorsSettingAloneItSealsToo() throws Exception {
    String bucket = newBucket();
    Configuration conf = withKeys(s3a());
    conf.set("fs.s3a.audit.execution.interceptors", S3aInterceptor.class.getName());
    try (FileSystem files = files(bucket, conf)) {
      SealingSetup.require(files);
      write(files, "a", text());
      assertThat(read(files, "a")).isEqualTo(text());
    }
    assertThat(stored(bucket).values()).hasSize(1).allMatch(S3aTests::isSealed);
  }

  /** A drop-in beside it is not configured here and would refuse, were it to act. */
  @Test
  void bothWaysInSealOnceAndTheOneOfHadoopActs() throws Exception {
    for (String order : new String[] {"%s,%s", "%2$s,%1$s"}) {
      String bucket = newBucket();
      Configuration conf = sealed();
      conf.set(
          "fs.s3a.audit.execution.interceptors",
          order.formatted(ClavigerDropIn.class.getName(), S3aInterceptor.class.getName()));
      try (FileSystem files = files(bucket, conf)) {
        write(files, "a", text());
        assertThat(read(files, "a")).isEqualTo(text());
      }
      assertThat(stored(bucket).get("a")).hasSize(SEALED_BYTES);
    }
  }

  @Test
  void fileContextSealsToo() throws Exception {
    String bucket = newBucket();
    FileContext context = FileContext.getFileContext(URI.create("s3a://" + bucket + "/"), sealed());
    var file = new org.apache.hadoop.fs.Path("s3a://" + bucket + "/checkpoint");
    try (var out =
        context.create(file, EnumSet.of(CreateFlag.CREATE), Options.CreateOpts.createParent())) {
      out.write(text());
    }
    try (var in = context.open(file)) {
      assertThat(in.readAllBytes()).isEqualTo(text());
    }
    assertThat(stored(bucket).get("checkpoint")).hasSize(SEALED_BYTES);
  }

  @Test
  void eachBucketMayHaveKeysOfItsOwn() throws Exception {
    String first = newBucket();
    String second = newBucket();
    Configuration conf = sealed();
    conf.set("fs.s3a.bucket." + second + ".claviger.key_id", "invoices");
    conf.set("fs.s3a.bucket." + second + ".claviger.default_key_id", "invoices");
    for (Map.Entry<String, String> each : Map.of(first, "orders", second, "invoices").entrySet()) {
      try (FileSystem files = files(each.getKey(), conf)) {
        write(files, "a", text());
      }
      assertThat(plain.headObject(b -> b.bucket(each.getKey()).key("a")).metadata())
          .containsEntry("claviger-key", each.getValue());
    }
  }

  @Test
  void keyRulesAreSettingsForAllBucketsOrForOne() throws Exception {
    String all = newBucket();
    String own = newBucket();
    Configuration conf = sealed();
    conf.set("fs.s3a.claviger.s3.key_rules", "deny s3://*/raw/** ; default -> orders");
    conf.set("fs.s3a.bucket." + own + ".claviger.s3.key_rules", "s3://*/raw/** -> orders");
    try (FileSystem files = files(all, conf)) {
      write(files, "ok", text());
      assertThatThrownBy(() -> write(files, "raw/a", text()))
          .hasStackTraceContaining("deny s3://*/raw/**");
    }
    try (FileSystem files = files(own, conf)) {
      write(files, "raw/a", text());
      assertThat(read(files, "raw/a")).isEqualTo(text());
    }
    assertThat(stored(all)).containsOnlyKeys("ok");
    assertThat(stored(own).values()).hasSize(1).allMatch(S3aTests::isSealed);
  }

  @Test
  void secretsComeFromHadoopsCredentialProviders() throws Exception {
    String bucket = newBucket();
    Configuration conf = sealed();
    conf.unset("fs.s3a.claviger.secret_key_file");
    String store = "localjceks://file" + folder.resolve("secrets.jceks");
    conf.set("hadoop.security.credential.provider.path", store);
    CredentialProvider provider = CredentialProviderFactory.getProviders(conf).get(0);
    provider.createCredentialEntry(
        "fs.s3a.claviger.secret_key", Files.readString(folder.resolve("key")).toCharArray());
    provider.flush();
    try (FileSystem files = files(bucket, conf)) {
      write(files, "a", text());
      assertThat(read(files, "a")).isEqualTo(text());
    }
    assertThat(stored(bucket).get("a")).hasSize(SEALED_BYTES);
  }

  @ParameterizedTest
  @ValueSource(strings = {"classic", "prefetch", "analytics"})
  void aTamperedFileIsRefusedOnceAndNotRepeated(String streams) throws Exception {
    String bucket = newBucket();
    Configuration conf = sealed();
    conf.set("fs.s3a.input.stream.type", streams);
    conf.set("fs.s3a.audit.execution.interceptors", CountedRequests.class.getName());
    try (FileSystem files = files(bucket, conf)) {
      write(files, "a", text());
      flip(bucket, "a");
      CountedRequests.GETS.set(0);
      assertThatThrownBy(() -> read(files, "a"))
          .isInstanceOf(IOException.class)
          .hasStackTraceContaining("s3://" + bucket + "/a")
          .hasStackTraceContaining("Restore the object");
      assertThat(CountedRequests.GETS).as(streams).hasValue(1);
    }
  }

  @Test
  void aFileInTheClearIsRefused() throws Exception {
    String bucket = newBucket();
    try (FileSystem files = files(bucket, s3a())) {
      assertThatThrownBy(() -> SealingSetup.require(files))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("does not seal")
          .hasMessageContaining("fs.s3a.impl=");
      write(files, "a", text());
    }
    try (FileSystem files = files(bucket, sealed())) {
      assertThatThrownBy(() -> read(files, "a"))
          .isInstanceOf(AWSBadRequestException.class)
          .hasMessageContaining("not sealed");
    }
  }
}
