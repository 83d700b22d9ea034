package io.claviger.e2e.bulk;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.bulk.Clients;
import io.claviger.bulk.Limits;
import io.claviger.bulk.Plan;
import io.claviger.bulk.RunResult;
import io.claviger.bulk.audit.AuditJob;
import io.claviger.bulk.run.BulkRunner;
import io.claviger.bulk.source.ListingSource;
import io.claviger.e2e.env.E2e;
import io.claviger.e2e.env.S3Server;
import io.claviger.e2e.spark.SparkSubmit;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * A job on Spark with executors in processes of their own. All four: {@link SparkJobsAll}. One that
 * is killed: {@link SparkJobsKilled}.
 */
class SparkJobsIT {
  @TempDir Path folder;
  private final URI endpoint = S3Server.MINIO.http();

  @Test
  void theReportIsTheOneOfThreads() throws Exception {
    String bucket = "spark-audit";
    E2e.bucket(S3Server.MINIO, bucket);
    SparkJobs jobs = new SparkJobs(folder, endpoint);
    Path run = folder.resolve("run");
    try (LocalKeys keys = new LocalKeys(folder.resolve("keys"), endpoint)) {
      for (int i = 0; i < 40; i++) {
        S3Client s3 = i % 2 == 0 ? keys.plain() : keys.sealing();
        new Unsealed(bucket).put(s3, "%04d, \"q\"".formatted(i), i);
      }
      Plan plan = new Plan(ListingSource.ofBucket(bucket), AuditJob.DEFAULT, Limits.DEFAULT);
      RunResult expected =
          BulkRunner.with(Clients.withoutKeys(keys.plain())).run(plan, folder.resolve("threads"));
      try (SparkSubmit audit = jobs.job("audit").start(jobs.args("audit", bucket, run))) {
        assertThat(audit.output()).contains(expected.counts().toString());
      }
      assertThat(SparkJobs.rows(run))
          .containsExactlyInAnyOrderElementsOf(
              Files.readAllLines(folder.resolve("threads").resolve(BulkRunner.REPORT)));
      assertThat(run.resolve("outcomes/_SUCCESS")).exists();
    }
  }
}
