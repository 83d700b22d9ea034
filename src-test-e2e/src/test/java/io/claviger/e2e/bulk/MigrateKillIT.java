package io.claviger.e2e.bulk;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.bulk.Clients;
import io.claviger.bulk.Outcome.Status;
import io.claviger.bulk.RunResult;
import io.claviger.bulk.run.BulkRunner;
import io.claviger.e2e.env.Children;
import io.claviger.e2e.env.E2e;
import io.claviger.e2e.env.S3Server;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * A migration is killed (SIGKILL) at random instants, again and again: with the settings of moving
 * over every object is readable throughout, the run that ends counts each unit once, and nothing is
 * left over. The long form, half of the kills with versions and half without: {@code
 * -De2e.bulk.kills=50}.
 */
class MigrateKillIT {
  private static final int OBJECTS = 120;
  private static final int KILLS = (Integer.getInteger("e2e.bulk.kills") + 1) / 2;
  private static final int MOST_UNITS = 40;

  @TempDir Path folder;
  private final URI endpoint = S3Server.MINIO.http();
  private final AtomicBoolean over = new AtomicBoolean();

  /** Reads at random until it is over, and returns how often. */
  private int readAlong(Unsealed objects, S3Client s3) throws Exception {
    Random random = new Random(3);
    List<String> keys = List.copyOf(objects.sizes().keySet());
    int reads = 0;
    while (!over.get()) {
      String key = keys.get(random.nextInt(keys.size()));
      assertThat(objects.reads(s3, key)).as(key).isTrue();
      reads++;
    }
    return reads;
  }

  private boolean isKilled(String bucket, Path run, Random random) throws Exception {
    return KilledRun.isKilled(
        Children.java(MigrateChild.class, endpoint, bucket, folder.resolve("keys"), run),
        MOST_UNITS,
        random);
  }

  @ParameterizedTest(name = "versioned: {0}")
  @ValueSource(booleans = {false, true})
  void everyObjectStaysReadableAndTheRunCompletes(boolean versioned) throws Exception {
    String bucket = "migrate-killed-" + versioned;
    E2e.bucket(S3Server.MINIO, bucket);
    ExecutorService reading = Executors.newSingleThreadExecutor();
    try (LocalKeys keys = new LocalKeys(folder.resolve("keys"), endpoint);
        S3Client moving = keys.moving()) {
      if (versioned) {
        Unsealed.versioned(keys.plain(), bucket);
      }
      Unsealed objects = new Unsealed(bucket).small(keys.plain(), endpoint, OBJECTS);
      Future<Integer> reads = reading.submit(() -> readAlong(objects, moving));
      Random random = new Random(1);
      int run = 0;
      for (int kills = 0; kills < KILLS; ) {
        if (isKilled(bucket, folder.resolve("run" + run), random)) {
          kills++;
        } else {
          new Unsealed(bucket).small(keys.plain(), endpoint, OBJECTS);
          run++;
        }
      }
      RunResult result =
          BulkRunner.with(Clients.of(keys.plain(), moving))
              .run(MigrateChild.plan(bucket), folder.resolve("run" + run));
      over.set(true);
      assertThat(reads.get()).as("reads meanwhile").isPositive();
      assertThat(result.stopped()).isEmpty();
      assertThat(result.counts().of(Status.FAILED)).as("%s", result).isZero();
      assertThat(result.counts().of(Status.DONE) + result.counts().of(Status.ALREADY_SO))
          .as("%s", result)
          .isEqualTo(OBJECTS);
      for (String key : objects.sizes().keySet()) {
        assertThat(objects.reads(keys.sealing(), key)).as(key).isTrue();
      }
      assertThat(keys.plain().listObjectsV2(b -> b.bucket(bucket)).contents())
          .as("staged copies are cleaned")
          .hasSize(OBJECTS);
    } finally {
      over.set(true);
      reading.shutdownNow();
    }
  }
}
