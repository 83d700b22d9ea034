package io.claviger.e2e.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.e2e.env.MinioServer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What else Delta Lake does with a table: delete, update, overwrite of a partition, optimize,
 * restore, vacuum. Some minutes: {@code build/it SparkDelta}.
 */
class SparkDelta {
  @TempDir Path folder;

  @Test
  void everyVersionOfTheTableHasTheRowsOfThePlainJob() throws Exception {
    assertThat(
            new TableJobs(MinioServer.http(), folder)
                .same(
                    PySpark.CLUSTER,
                    "123",
                    "TABLE v5 45",
                    "TABLE v7 41",
                    "TABLE now 45",
                    "ROW history 9 RESTORE"))
        .isNotEmpty();
  }
}
