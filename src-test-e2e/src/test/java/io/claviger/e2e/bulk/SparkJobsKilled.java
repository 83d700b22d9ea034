package io.claviger.e2e.bulk;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.e2e.env.E2e;
import io.claviger.e2e.env.S3Server;
import io.claviger.e2e.spark.SparkSubmit;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * A job on Spark whose executors and driver are killed, of which one freezes, and which is resumed.
 * Some minutes: {@code build/it SparkJobsKilled}.
 */
class SparkJobsKilled {
  private static final int OBJECTS = 96;
  private static final long MOST_NANOS = TimeUnit.MINUTES.toNanos(10);

  @TempDir Path folder;
  private final URI endpoint = S3Server.MINIO.http();
  private final AtomicBoolean over = new AtomicBoolean();

  private interface Condition {
    boolean holds() throws IOException;
  }

  private static void await(SparkSubmit job, Condition condition) throws Exception {
    long end = System.nanoTime() + MOST_NANOS;
    while (!condition.holds()) {
      assertThat(job.isAlive()).as("still runs: %s", job.log()).isTrue();
      assertThat(end - System.nanoTime()).as("nanoseconds left").isPositive();
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  private static long pieces(Path run) throws IOException {
    return SparkJobs.files(run, ".json").size();
  }

  private int readAlong(Unsealed objects, S3Client s3) throws IOException {
    int reads = 0;
    List<String> keys = List.copyOf(objects.sizes().keySet());
    for (; !over.get(); reads++) {
      String key = keys.get(reads * 7 % keys.size());
      assertThat(objects.reads(s3, key)).as(key).isTrue();
    }
    return reads;
  }

  @Test
  void executorsAndDriverAreKilledAndOneFreezesAndNothingIsLost() throws Exception {
    String bucket = "spark-migrate";
    E2e.bucket(S3Server.MINIO, bucket);
    SparkJobs jobs = jobs();
    Path run = Files.createDirectories(folder.resolve("run"));
    ExecutorService reading = Executors.newSingleThreadExecutor();
    try (LocalKeys keys = new LocalKeys(folder.resolve("keys"), endpoint);
        S3Client moving = keys.moving()) {
      Unsealed.versioned(keys.plain(), bucket);
      Unsealed objects = new Unsealed(bucket);
      for (int i = 0; i < OBJECTS; i++) {
        objects.put(keys.plain(), (char) ('a' + i % 26) + "/%04d".formatted(i), i * 911L);
      }
      Future<Integer> reads = reading.submit(() -> readAlong(objects, moving));
      try (SparkSubmit first = jobs.job("first").start(migrate(bucket, run, 6))) {
        await(first, () -> pieces(run) >= 2);
        Set<Long> before = pids(first);
        first.executors().get(0).destroyForcibly();
        await(first, () -> !before.containsAll(pids(first)));
        long found = pieces(run);
        await(first, () -> pieces(run) > found);
        first.kill();
      }
      SparkSubmit speculating =
          jobs.job("second")
              .setting("spark.speculation", "true")
              .setting("spark.speculation.quantile", "0.1")
              .setting("spark.speculation.multiplier", "1.1");
      long found = pieces(run);
      try (SparkSubmit second = speculating.start(migrate(bucket, run, 150))) {
        await(second, () -> pieces(run) > found + 1);
        signal("STOP", first(second.executors()));
        String said = second.output();
        assertThat(said).contains(OBJECTS + " units: ").contains(" 0 skipped, 0 failed");
        assertThat(second.log()).contains("speculat");
      }
      over.set(true);
      assertThat(reads.get()).as("reads meanwhile").isPositive();
      for (String key : objects.sizes().keySet()) {
        assertThat(objects.reads(keys.sealing(), key)).as(key).isTrue();
      }
    } finally {
      over.set(true);
      reading.shutdownNow();
    }
  }

  private SparkJobs jobs() {
    return new SparkJobs(folder, endpoint);
  }

  private String[] migrate(String bucket, Path run, int requestsPerSecond) {
    String rate = Integer.toString(requestsPerSecond);
    return jobs().args("migrate", bucket, run, "--piece-units", "2", "--requests-per-second", rate);
  }

  /** Returns the one that began before the others, so has a task. */
  private static ProcessHandle first(List<ProcessHandle> executors) {
    return executors.stream()
        .min(Comparator.comparing(each -> each.info().startInstant().orElseThrow()))
        .orElseThrow();
  }

  private static Set<Long> pids(SparkSubmit job) {
    return job.executors().stream().map(ProcessHandle::pid).collect(Collectors.toSet());
  }

  private static void signal(String name, ProcessHandle process) throws Exception {
    String pid = Long.toString(process.pid());
    assertThat(new ProcessBuilder("kill", "-" + name, pid).start().waitFor()).isZero();
  }
}
