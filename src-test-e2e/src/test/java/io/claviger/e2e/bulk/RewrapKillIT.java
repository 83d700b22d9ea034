package io.claviger.e2e.bulk;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.bulk.Outcome.Status;
import io.claviger.bulk.RunResult;
import io.claviger.bulk.run.BulkRunner;
import io.claviger.e2e.env.Children;
import io.claviger.e2e.env.E2e;
import io.claviger.e2e.env.S3Server;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * A re-wrap is killed (SIGKILL) at random instants, again and again: every object is readable
 * throughout, and the run that ends counts each unit once. The long form: {@code
 * -De2e.bulk.kills=50}.
 */
class RewrapKillIT {
  private static final String BUCKET = "rewrap-killed";
  private static final int OBJECTS = 300;
  private static final int KILLS = Integer.getInteger("e2e.bulk.kills");
  private static final int MOST_UNITS = 60;

  @TempDir Path folder;
  private final URI endpoint = S3Server.MINIO.http();
  private final AtomicBoolean over = new AtomicBoolean();

  private static String read(S3Client s3, int number) {
    return s3.getObjectAsBytes(b -> b.bucket(BUCKET).key(SmallObjects.key(number)))
        .asString(StandardCharsets.UTF_8);
  }

  /** Reads at random until it is over, and returns how often. */
  private int readAlong(S3Client s3) {
    Random random = new Random(3);
    int reads = 0;
    while (!over.get()) {
      int number = random.nextInt(OBJECTS);
      assertThat(read(s3, number)).isEqualTo("object " + number);
      reads++;
    }
    return reads;
  }

  private boolean isKilled(Path run, Random random) throws Exception {
    return KilledRun.isKilled(
        Children.java(RewrapChild.class, endpoint, BUCKET, folder.resolve("keys"), run),
        MOST_UNITS,
        random);
  }

  @Test
  void everyObjectStaysReadableAndTheRunCompletes() throws Exception {
    E2e.bucket(S3Server.MINIO, BUCKET);
    ExecutorService reading = Executors.newSingleThreadExecutor();
    try (LocalKeys keys = new LocalKeys(folder.resolve("keys"), endpoint)) {
      SmallObjects.put(keys.sealing(), BUCKET, OBJECTS);
      Future<Integer> reads = reading.submit(() -> readAlong(keys.sealing()));
      Random random = new Random(1);
      int rotations = 1;
      keys.manager().rotateKey(LocalKeys.KEY);
      for (int kills = 0; kills < KILLS; ) {
        if (isKilled(folder.resolve("run" + rotations), random)) {
          kills++;
        } else {
          keys.manager().rotateKey(LocalKeys.KEY);
          rotations++;
        }
      }
      over.set(true);
      assertThat(reads.get()).as("reads meanwhile").isPositive();
      RunResult result =
          BulkRunner.with(keys.clients())
              .run(RewrapChild.plan(BUCKET), folder.resolve("run" + rotations));
      assertThat(result.stopped()).isEmpty();
      assertThat(result.counts().units()).isEqualTo(OBJECTS);
      assertThat(result.counts().of(Status.DONE) + result.counts().of(Status.ALREADY_SO))
          .isEqualTo(OBJECTS);
      RunResult second =
          BulkRunner.with(keys.clients()).run(RewrapChild.plan(BUCKET), folder.resolve("second"));
      assertThat(second.counts().of(Status.ALREADY_SO)).isEqualTo(OBJECTS);
      assertThat(second.counts().byGroup().keySet())
          .isEqualTo(java.util.Set.of("orders v" + (rotations + 1)));
      assertThat(second.keyCalls()).isEqualTo(1);
      for (int number : List.of(0, 1, OBJECTS / 2, OBJECTS - 1)) {
        assertThat(read(keys.sealing(), number)).isEqualTo("object " + number);
      }
    } finally {
      over.set(true);
      reading.shutdownNow();
    }
  }
}
