package io.claviger.e2e.bulk;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.bulk.Clients;
import io.claviger.bulk.Job;
import io.claviger.bulk.Limits;
import io.claviger.bulk.Outcome.Status;
import io.claviger.bulk.Plan;
import io.claviger.bulk.RunResult;
import io.claviger.bulk.audit.AuditJob;
import io.claviger.bulk.migrate.MigrateJob;
import io.claviger.bulk.rewrap.RewrapJob;
import io.claviger.bulk.run.BulkRunner;
import io.claviger.bulk.source.ListingSource;
import io.claviger.bulk.verify.VerifyJob;
import io.claviger.e2e.env.E2e;
import io.claviger.e2e.env.S3Server;
import io.claviger.e2e.spark.SparkSubmit;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * All four jobs, one after the other, on threads over one bucket and on Spark with executors in
 * processes of their own over another with the same objects: the same reports. A minute or two:
 * {@code build/it SparkJobsAll}; {@link SparkJobsIT} runs one of them.
 */
class SparkJobsAll {
  private static final int OBJECTS = 60;
  private static final String OF_THREADS = "jobs-of-threads";
  private static final String OF_SPARK = "jobs-of-spark";

  @TempDir Path folder;
  private final URI endpoint = S3Server.MINIO.http();

  @Test
  void theReportsOfAllFourJobsAreThoseOfThreads() throws Exception {
    try (LocalKeys keys = new LocalKeys(folder.resolve("keys"), endpoint);
        S3Client moving = keys.moving()) {
      for (String bucket : List.of(OF_THREADS, OF_SPARK)) {
        E2e.bucket(S3Server.MINIO, bucket);
        Unsealed.versioned(keys.plain(), bucket); // else a staged copy may be listed, or not
        Unsealed objects = new Unsealed(bucket);
        for (int i = 0; i < OBJECTS; i++) {
          S3Client s3 = i % 3 == 0 ? keys.sealing() : keys.plain();
          objects.put(s3, (char) ('a' + i % 26) + "/%04d, \"q\"".formatted(i), i * 911L);
        }
      }
      Clients unaware = Clients.withoutKeys(keys.plain());
      assertThat(same("audit", unaware, AuditJob.DEFAULT)).as("sealed").isEqualTo(OBJECTS / 3);
      Clients allowing = Clients.of(keys.plain(), moving);
      assertThat(same("migrate", allowing, MigrateJob.IN_PLACE)).isEqualTo(OBJECTS * 2 / 3);
      keys.manager().rotateKey(LocalKeys.KEY);
      assertThat(same("rewrap", keys.clients(), RewrapJob.toCurrentVersions())).isEqualTo(OBJECTS);
      assertThat(same("verify", keys.clients(), VerifyJob.WHOLE)).isEqualTo(OBJECTS);
    }
  }

  /** Runs both, compares their reports, and returns how many objects were done. */
  private long same(String name, Clients clients, Job job) throws Exception {
    Path threads = folder.resolve(name + "-threads");
    Plan plan = new Plan(ListingSource.ofBucket(OF_THREADS), job, Limits.DEFAULT);
    RunResult expected = BulkRunner.with(clients).run(plan, threads);
    assertThat(expected.complete()).as("%s", expected).isTrue();
    Path run = folder.resolve(name + "-spark");
    SparkJobs jobs = new SparkJobs(folder, endpoint);
    try (SparkSubmit spark = jobs.job(name).start(jobs.args(name, OF_SPARK, run))) {
      assertThat(spark.output()).contains(expected.counts().toString());
    }
    assertThat(SparkJobs.rows(run).stream().map(row -> row.replace(OF_SPARK, OF_THREADS)))
        .as("rows of %s", name)
        .containsExactlyInAnyOrderElementsOf(
            Files.readAllLines(threads.resolve(BulkRunner.REPORT)));
    return expected.counts().of(Status.DONE);
  }
}
