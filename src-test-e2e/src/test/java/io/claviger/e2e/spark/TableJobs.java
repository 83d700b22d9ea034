package io.claviger.e2e.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** The job {@code tables.py} with and without Claviger, at the same time. */
final class TableJobs {
  private final URI store;
  private final Path key;

  TableJobs(URI store, Path folder) throws Exception {
    this.store = store;
    this.key = Files.writeString(folder.resolve("key"), "A".repeat(43) + "=");
  }

  private static PySpark delta(PySpark job) throws Exception {
    return job.format("delta")
        .setting("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension")
        .setting(
            "spark.sql.catalog.spark_catalog", "org.apache.spark.sql.delta.catalog.DeltaCatalog");
  }

  /** Each row of each table, and how many rows each batch of a stream read. */
  static List<String> found(String output) {
    return output.lines().filter(l -> l.matches("(TABLE|ROW|BATCH) .*")).toList();
  }

  /**
   * Runs both, the sealing one with a process for each of {@code rounds}, compares every row that
   * they saw, and returns what the sealing one stored.
   *
   * @param master of the sealing one
   * @param expected lines that must be among those of the plain one
   */
  Map<String, byte[]> same(String master, String rounds, String... expected) throws Exception {
    ExecutorService beside = Executors.newSingleThreadExecutor();
    try (StoredTables tables = new StoredTables(store)) {
      String clear = tables.newBucket();
      PySpark plain = delta(PySpark.plain(PySpark.LOCAL, store));
      Future<String> without = beside.submit(() -> plain.runScript("tables.py", clear, rounds));
      String bucket = tables.newBucket();
      PySpark sealing = delta(PySpark.sealing(master, store, key));
      StringBuilder with = new StringBuilder();
      for (String round : rounds.split("")) {
        with.append(sealing.runScript("tables.py", bucket, round));
      }
      assertThat(found(without.get())).as(without.get()).contains(expected);
      assertThat(found(with.toString())).as("%s", with).isEqualTo(found(without.get()));
      tables.assertAllSealed(bucket);
      return tables.stored(bucket);
    } finally {
      beside.shutdownNow();
    }
  }
}
