package io.claviger.e2e.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.e2e.env.MinioServer;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Streams that go on from their checkpoints in another process, and Delta Lake's tables, on S3A.
 * More of Delta, and executors in processes of their own: {@link SparkDelta}.
 */
class SparkTablesIT {
  @TempDir Path folder;

  @Test
  void streamsAndDeltaTablesHaveTheRowsOfThePlainJobAndEveryObjectIsSealed() throws Exception {
    Map<String, byte[]> stored =
        new TableJobs(MinioServer.http(), folder)
            .same(
                PySpark.LOCAL,
                "12",
                "BATCH once 0 60",
                "BATCH once 1 50",
                "TABLE once 90",
                "TABLE v3 10");
    assertThat(stored.keySet())
        .anyMatch(key -> key.startsWith("checkpoints/once/state/"))
        .anyMatch(key -> key.matches("checkpoints/counts/state/.*\\.zip"))
        .anyMatch(key -> key.startsWith("checkpoints/counts/offsets/"))
        .anyMatch(key -> key.matches("table/_delta_log/.*\\.checkpoint.*parquet"))
        .anyMatch(key -> key.matches("table/.*deletion_vector_.*\\.bin"));
  }
}
