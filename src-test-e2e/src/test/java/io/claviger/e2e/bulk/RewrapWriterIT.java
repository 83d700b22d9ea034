package io.claviger.e2e.bulk;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.bulk.Limits;
import io.claviger.bulk.Outcome.Status;
import io.claviger.bulk.Plan;
import io.claviger.bulk.RunResult;
import io.claviger.bulk.audit.AuditJob;
import io.claviger.bulk.rewrap.RewrapJob;
import io.claviger.bulk.run.BulkRunner;
import io.claviger.bulk.source.ListingSource;
import io.claviger.bulk.verify.VerifyJob;
import io.claviger.e2e.env.E2e;
import io.claviger.e2e.env.S3Server;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;

/** A writer that overwrites objects while a re-wrap runs never loses a write. */
class RewrapWriterIT {
  private static final int OBJECTS = 200;
  private static final int ROUNDS = 2;

  @TempDir Path folder;
  private final AtomicBoolean over = new AtomicBoolean();

  @ParameterizedTest(name = "versioned: {0}")
  @ValueSource(booleans = {false, true})
  void noWriteIsLost(boolean versioned) throws Exception {
    String bucket = "rewrap-writer-" + versioned;
    E2e.bucket(S3Server.MINIO, bucket);
    ExecutorService writing = Executors.newSingleThreadExecutor();
    try (LocalKeys keys = new LocalKeys(folder.resolve("keys"), S3Server.MINIO.http())) {
      if (versioned) {
        keys.plain()
            .putBucketVersioning(
                b ->
                    b.bucket(bucket)
                        .versioningConfiguration(v -> v.status(BucketVersioningStatus.ENABLED)));
      }
      SmallObjects.put(keys.sealing(), bucket, OBJECTS);
      Future<Map<String, String>> written =
          writing.submit(new OneInTwenty(keys.sealing(), bucket, OBJECTS, over));
      Limits limits = Limits.DEFAULT.threads(8, 2);
      ListingSource source = ListingSource.ofBucket(bucket);
      BulkRunner runner = BulkRunner.with(keys.clients());
      for (int round = 0; round < ROUNDS; round++) {
        keys.manager().rotateKey(LocalKeys.KEY);
        RunResult result =
            runner.run(
                new Plan(source, RewrapJob.toCurrentVersions(), limits),
                folder.resolve("rewrap" + round));
        assertThat(result.stopped()).isEmpty();
        assertThat(result.counts().units()).isEqualTo(OBJECTS);
        assertThat(result.counts().of(Status.FAILED)).as("%s", result).isZero();
      }
      over.set(true);
      for (Map.Entry<String, String> each : written.get().entrySet()) {
        assertThat(
                keys.sealing()
                    .getObjectAsBytes(b -> b.bucket(bucket).key(each.getKey()))
                    .asString(StandardCharsets.UTF_8))
            .isEqualTo(each.getValue());
      }
      RunResult verified =
          runner.run(
              new Plan(versioned ? source.withVersions() : source, VerifyJob.WHOLE, limits),
              folder.resolve("verify"));
      assertThat(verified.stopped()).isEmpty();
      assertThat(verified.counts().of(Status.DONE)).isEqualTo(verified.counts().units());
      assertThat(verified.counts().units())
          .satisfies(n -> assertThat(n > OBJECTS).isEqualTo(versioned));
      RunResult audited =
          runner.run(
              new Plan(versioned ? source.withVersions() : source, AuditJob.DEFAULT, limits),
              folder.resolve("audit"));
      assertThat(audited.counts().of(Status.DONE)).isEqualTo(verified.counts().units());
    } finally {
      over.set(true);
      writing.shutdownNow();
    }
  }
}
