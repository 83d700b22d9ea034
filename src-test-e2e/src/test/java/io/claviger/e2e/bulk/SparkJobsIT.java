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
import java.io.IOException;
import java.net.URI;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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

/** Jobs on Spark with executors in processes of their own, which die, freeze and are resumed. */
class SparkJobsIT {
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

  private SparkSubmit job(String name) throws IOException {
    Path passphrase = folder.resolve("passphrase");
    Files.writeString(passphrase, "a passphrase");
    return new SparkSubmit(folder.resolve(name))
        .setting("spark.executorEnv.CLAVIGER_BACKEND_TYPE", "Local")
        .setting("spark.executorEnv.CLAVIGER_KEY_DIR", folder.resolve("keys").toString())
        .setting("spark.executorEnv.CLAVIGER_MASTER_KEY_FILE", passphrase.toString())
        .setting("spark.executorEnv.CLAVIGER_DEFAULT_KEY_ID", LocalKeys.KEY)
        .setting("spark.executorEnv.CLAVIGER_ALLOW_INSECURE_DEV_DEFAULTS", "true");
  }

  private String[] args(String job, String bucket, Path run, String... more) {
    List<String> args =
        new ArrayList<>(List.of(job, "s3://" + bucket, "--folder", run.toUri().toString()));
    args.addAll(List.of("--endpoint", endpoint.toString(), "--region", "us-east-1"));
    args.addAll(List.of("--path-style", "--threads", "1", "--ranges", "6"));
    args.addAll(List.of(more));
    return args.toArray(String[]::new);
  }

  private static long pieces(Path run) throws IOException {
    return files(run, ".json").size();
  }

  /** Returns files of the ranges of a run that are whole. */
  private static List<Path> files(Path run, String ending) throws IOException {
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> ranges = Files.newDirectoryStream(run, "range-*")) {
      for (Path range : ranges) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(range, "[!.]*" + ending)) {
          files.forEach(found::add);
        }
      }
    }
    return found;
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
      try (SparkSubmit first = job("first").start(migrate(bucket, run, 6))) {
        await(first, () -> pieces(run) >= 2);
        Set<Long> before = pids(first);
        first.executors().get(0).destroyForcibly();
        await(first, () -> !before.containsAll(pids(first)));
        long found = pieces(run);
        await(first, () -> pieces(run) > found);
        first.kill();
      }
      SparkSubmit speculating =
          job("second")
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

  private String[] migrate(String bucket, Path run, int requestsPerSecond) {
    String rate = Integer.toString(requestsPerSecond);
    return args("migrate", bucket, run, "--piece-units", "2", "--requests-per-second", rate);
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

  @Test
  void theReportIsTheOneOfThreads() throws Exception {
    String bucket = "spark-audit";
    E2e.bucket(S3Server.MINIO, bucket);
    Path run = folder.resolve("run");
    try (LocalKeys keys = new LocalKeys(folder.resolve("keys"), endpoint)) {
      for (int i = 0; i < 40; i++) {
        S3Client s3 = i % 2 == 0 ? keys.plain() : keys.sealing();
        new Unsealed(bucket).put(s3, "%04d, \"q\"".formatted(i), i);
      }
      Plan plan = new Plan(ListingSource.ofBucket(bucket), AuditJob.DEFAULT, Limits.DEFAULT);
      RunResult expected =
          BulkRunner.with(Clients.withoutKeys(keys.plain())).run(plan, folder.resolve("threads"));
      try (SparkSubmit audit = job("audit").start(args("audit", bucket, run))) {
        assertThat(audit.output()).contains(expected.counts().toString());
      }
      assertThat(rows(run))
          .containsExactlyInAnyOrderElementsOf(
              Files.readAllLines(folder.resolve("threads").resolve(BulkRunner.REPORT)));
      assertThat(run.resolve("outcomes/_SUCCESS")).exists();
    }
  }

  private static List<String> rows(Path run) throws IOException {
    List<String> rows = new ArrayList<>();
    for (Path each : files(run, ".csv")) {
      rows.addAll(Files.readAllLines(each));
    }
    return rows;
  }
}
