package io.claviger.e2e.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.e2e.env.MinioServer;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A job beside the same job without Claviger, and each way to run it without by mistake. */
class SparkIT {
  private static final URI STORE = MinioServer.http();

  @TempDir static Path folder;
  private static Path key;
  private static StoredTables store;

  @BeforeAll
  static void start() throws Exception {
    store = new StoredTables(STORE);
    key = Files.writeString(folder.resolve("key"), "A".repeat(43) + "=");
  }

  @AfterAll
  static void stop() {
    store.close();
  }

  private static List<String> tables(String output) {
    List<String> lines = output.lines().filter(l -> l.startsWith("TABLE ")).sorted().toList();
    assertThat(lines).as(output).hasSize(4);
    return lines;
  }

  private static void assertEnds(PySpark job, String... sentence) throws Exception {
    String bucket = store.newBucket();
    String output = job.run(bucket);
    assertThat(output).contains(sentence).doesNotContain("TABLE ");
    assertThat(store.stored(bucket)).isEmpty();
  }

  @Test
  void tablesAreThoseOfThePlainJobAndEveryObjectIsSealed() throws Exception {
    String clear = store.newBucket();
    List<String> expected = tables(PySpark.plain(PySpark.LOCAL, STORE).run(clear));
    String bucket = store.newBucket();
    String output = PySpark.sealing(PySpark.CLUSTER, STORE, key).run(bucket);
    assertThat(tables(output)).isEqualTo(expected);
    assertThat(store.stored(bucket)).hasSizeGreaterThan(8);
    store.assertAllSealed(bucket);
    assertThat(output)
        .containsPattern("SESSION failed .*ignoreCorruptFiles is true.*tampered with")
        .containsPattern("READER failed .*ignoreMissingFiles is true.*tampered with")
        .contains("AGAIN ran");
  }

  @Test
  void theJarByJarsOnlyEndsTheJob() throws Exception {
    PySpark job = PySpark.sealing(PySpark.LOCAL, STORE, key).byJarsOnly();
    assertEnds(
        job.without("spark.hadoop.fs.s3a.impl"),
        "nothing is stored in the clear",
        "as with --jars and --packages",
        "spark.executor.extraClassPath");
  }

  @Test
  void auditingSwitchedOffEndsTheJob() throws Exception {
    assertEnds(
        PySpark.sealing(PySpark.LOCAL, STORE, key)
            .setting("spark.hadoop.fs.s3a.bucket.any.audit.enabled", "false"),
        "fs.s3a.bucket.any.audit.enabled is false",
        "Take that setting out");
  }

  @Test
  void withoutTheJarTheFileSystemIsNotFound() throws Exception {
    assertEnds(
        PySpark.plain(PySpark.LOCAL, STORE)
            .setting("spark.hadoop.fs.s3a.impl", "io.claviger.hadoop.SealedS3AFileSystem"),
        "Class io.claviger.hadoop.SealedS3AFileSystem not found");
  }

  @Test
  void oneExecutorWithoutTheJarRunsNoTaskAndEndsTheJob() throws Exception {
    String bucket = store.newBucket();
    String output =
        PySpark.sealing(PySpark.CLUSTER, STORE, key)
            .secondExecutorWithoutJar(folder.resolve("jdk"))
            .run(bucket);
    assertThat(output)
        .contains("The application is ended: executor 1 does not have the jar")
        .contains("where every executor's own class path has it")
        .doesNotContainPattern("executor 1\\): (FetchFailed|ExceptionFailure)");
    store.assertAllSealed(bucket);
  }
}
