package io.claviger.e2e.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.e2e.env.MinioServer;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Iceberg's tables of a Hadoop catalog, over S3A and over {@code S3FileIO} sealed by the drop-in,
 * beside the same job without Claviger. Some minutes, with a Spark that has an Iceberg: {@code
 * E2E_SPARK=4.1.0 E2E_HADOOP_AWS=3.4.2 build/it SparkIceberg}.
 */
class SparkIceberg {
  private static final URI STORE = MinioServer.http();

  @TempDir Path folder;

  private static PySpark tables(PySpark job, String bucket) throws Exception {
    return job.format("iceberg")
        .setting(
            "spark.sql.extensions",
            "org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions")
        .setting("spark.sql.catalog.ice", "org.apache.iceberg.spark.SparkCatalog")
        .setting("spark.sql.catalog.ice.type", "hadoop")
        .setting("spark.sql.catalog.ice.warehouse", "s3a://" + bucket + "/warehouse");
  }

  private static PySpark overFileIo(PySpark job) {
    return job.setting("spark.sql.catalog.ice.io-impl", "org.apache.iceberg.aws.s3.S3FileIO")
        .setting("spark.sql.catalog.ice.http-client.type", "urlconnection")
        .setting("spark.sql.catalog.ice.client.region", "us-east-1")
        .setting("spark.sql.catalog.ice.s3.endpoint", STORE.toString())
        .setting("spark.sql.catalog.ice.s3.path-style-access", "true")
        .setting("spark.sql.catalog.ice.s3.access-key-id", "claviger")
        .setting("spark.sql.catalog.ice.s3.secret-access-key", "claviger-e2e");
  }

  private static List<String> found(String output) {
    return TableJobs.found(output).stream().sorted().toList();
  }

  @Test
  void everySnapshotHasTheRowsOfThePlainJobAndEveryObjectIsSealed() throws Exception {
    Path key = Files.writeString(folder.resolve("key"), "A".repeat(43) + "=");
    try (StoredTables store = new StoredTables(STORE)) {
      String clear = store.newBucket();
      String plain = tables(PySpark.plain(PySpark.LOCAL, STORE), clear).runScript("iceberg.py");
      assertThat(found(plain)).as(plain).contains("TABLE s0 60", "TABLE s4 57", "TABLE now 57");
      assertThat(store.stored(clear).keySet()).anyMatch(name -> name.endsWith(".metadata.json"));

      String bucket = store.newBucket();
      PySpark s3a = tables(PySpark.sealing(PySpark.CLUSTER, STORE, key), bucket);
      String output = s3a.runScript("iceberg.py");
      assertThat(found(output)).as(output).isEqualTo(found(plain));
      assertThat(store.stored(bucket)).hasSameSizeAs(store.stored(clear));
      store.assertAllSealed(bucket);

      String ofFileIo = store.newBucket();
      PySpark dropIn = overFileIo(tables(PySpark.droppedIn(PySpark.CLUSTER, STORE, key), ofFileIo));
      String dropped = dropIn.runScript("iceberg.py");
      assertThat(found(dropped)).as(dropped).isEqualTo(found(plain));
      assertThat(store.stored(ofFileIo)).isNotEmpty();
      store.assertAllSealed(ofFileIo);
    }
  }
}
