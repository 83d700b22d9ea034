package io.claviger.e2e.bulk;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.bulk.Clients;
import io.claviger.bulk.Counts;
import io.claviger.bulk.Limits;
import io.claviger.bulk.Outcome;
import io.claviger.bulk.Outcome.Status;
import io.claviger.bulk.Plan;
import io.claviger.bulk.RunListener;
import io.claviger.bulk.RunResult;
import io.claviger.bulk.Unit;
import io.claviger.bulk.rewrap.RewrapJob;
import io.claviger.bulk.run.BulkRunner;
import io.claviger.bulk.source.ListingSource;
import io.claviger.e2e.env.E2e;
import io.claviger.e2e.env.S3Server;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/** A re-wrap in whose middle the store answers 503, or refuses the caller. */
class StoreOutageIT {
  private static final int OBJECTS = 200;
  private static final int BEFORE = 50;
  private static final int WAITS = 20;

  @TempDir Path folder;
  private final ExecutorService running = Executors.newSingleThreadExecutor();
  private final Limits limits =
      Limits.DEFAULT.threads(4, 2).times(Duration.ofMinutes(10), Duration.ofMillis(50));
  private Storm storm;
  private LocalKeys keys;

  @BeforeEach
  void begin() throws Exception {
    storm = new Storm(S3Server.MINIO.http());
    keys = new LocalKeys(folder.resolve("keys"), storm.url());
  }

  @AfterEach
  void end() throws Exception {
    running.shutdownNow();
    keys.close();
    storm.close();
  }

  private Plan rotated(String bucket) throws Exception {
    E2e.bucket(S3Server.MINIO, bucket);
    SmallObjects.put(keys.sealing(), bucket, OBJECTS);
    keys.manager().rotateKey(LocalKeys.KEY);
    return new Plan(ListingSource.ofBucket(bucket), RewrapJob.toCurrentVersions(), limits);
  }

  private void allAreReWrapped(Plan plan, Counts counts) throws Exception {
    assertThat(counts.units()).isEqualTo(OBJECTS);
    assertThat(counts.of(Status.DONE) + counts.of(Status.ALREADY_SO)).isEqualTo(OBJECTS);
    RunResult second = BulkRunner.with(keys.clients()).run(plan, folder.resolve("second"));
    assertThat(second.counts().ofGroup("orders v2")).isEqualTo(OBJECTS);
    assertThat(second.counts().of(Status.ALREADY_SO)).isEqualTo(OBJECTS);
    String bucket = ((ListingSource) plan.source()).bucket();
    for (int i = 0; i < OBJECTS; i++) {
      String key = SmallObjects.key(i);
      assertThat(
              keys.sealing()
                  .getObjectAsBytes(b -> b.bucket(bucket).key(key))
                  .asString(StandardCharsets.UTF_8))
          .isEqualTo("object " + i);
    }
  }

  @Test
  void aStormOfRefusalsIsWaitedFor() throws Exception {
    Plan plan = rotated("bulk-storm");
    Watching watching = new Watching(BEFORE, WAITS);
    BulkRunner runner = BulkRunner.with(keys.clients()).listener(watching);
    Future<RunResult> run = running.submit(() -> runner.run(plan, folder.resolve("run")));
    watching.awaitDone();
    storm.begin();
    watching.awaitWaits();
    assertThat(run.isDone()).isFalse();
    assertThat(storm.refused()).isPositive();
    assertThat(watching.sentences()).anyMatch(said -> said.contains("503"));
    storm.end();
    RunResult result = run.get(Watching.MOST_SECONDS, TimeUnit.SECONDS);
    assertThat(result.stopped()).isEmpty();
    assertThat(folder.resolve("run").resolve(BulkRunner.REPORT)).isEmptyFile();
    allAreReWrapped(plan, result.counts());
  }

  @Test
  void anOutageBeyondPatienceStopsAndIsResumed() throws Exception {
    Plan plan = rotated("bulk-patience");
    Plan hasty = plan.limits(limits.times(Duration.ZERO, Duration.ofMillis(50)));
    Watching watching = new Watching(BEFORE, WAITS);
    BulkRunner runner = BulkRunner.with(keys.clients()).listener(watching);
    Future<RunResult> run = running.submit(() -> runner.run(hasty, folder.resolve("run")));
    watching.awaitDone();
    storm.begin();
    RunResult stopped = run.get(Watching.MOST_SECONDS, TimeUnit.SECONDS);
    assertThat(stopped.complete()).isFalse();
    assertThat(stopped.stopped())
        .contains("nothing was answered")
        .contains("Start it again with the same folder when it is back");
    storm.end();
    RunResult result = BulkRunner.with(keys.clients()).run(plan, folder.resolve("run"));
    assertThat(result.stopped()).isEmpty();
    allAreReWrapped(plan, result.counts());
  }

  @Test
  void wrongCredentialsStopTheRunAtOnce() throws Exception {
    Plan plan = rotated("bulk-credentials");
    AtomicBoolean revoked = new AtomicBoolean();
    CountDownLatch done = new CountDownLatch(BEFORE);
    RunListener revoking =
        new RunListener() {
          @Override
          public void finished(String job, Unit unit, Outcome outcome, Duration took) {
            done.countDown();
            revoked.set(done.getCount() == 0);
          }
        };
    try (S3Client stored =
        S3Client.builder()
            .endpointOverride(storm.url())
            .region(Region.US_EAST_1)
            .forcePathStyle(true)
            .httpClient(E2e.trusting())
            .credentialsProvider(
                () -> AwsBasicCredentials.create("claviger", revoked.get() ? "no" : "claviger-e2e"))
            .build()) {
      Clients clients = Clients.of(stored, keys.sealing());
      RunResult stopped =
          BulkRunner.with(clients).listener(revoking).run(plan, folder.resolve("run"));
      assertThat(stopped.complete()).isFalse();
      assertThat(stopped.stopped()).startsWith("The run stopped: ").contains("signature");
      assertThat(stopped.counts().of(Status.FAILED)).as("no object is to blame").isZero();
      revoked.set(false);
      RunResult result = BulkRunner.with(clients).run(plan, folder.resolve("run"));
      assertThat(result.stopped()).isEmpty();
      allAreReWrapped(plan, result.counts());
    }
  }
}
