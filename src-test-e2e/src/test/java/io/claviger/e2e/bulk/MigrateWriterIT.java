package io.claviger.e2e.bulk;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.bulk.Clients;
import io.claviger.bulk.Outcome.Status;
import io.claviger.bulk.RunResult;
import io.claviger.bulk.run.BulkRunner;
import io.claviger.e2e.env.E2e;
import io.claviger.e2e.env.S3Server;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.s3.S3Client;

/** Writers that overwrite objects in the clear while a migration runs never lose a write. */
class MigrateWriterIT {
  private static final int OBJECTS = 200;

  @TempDir Path folder;
  private final AtomicBoolean over = new AtomicBoolean();

  private RunResult run(Clients clients, String bucket, String name) throws Exception {
    return BulkRunner.with(clients).run(MigrateChild.plan(bucket), folder.resolve(name));
  }

  @ParameterizedTest(name = "versioned: {0}")
  @ValueSource(booleans = {false, true})
  void noWriteIsLost(boolean versioned) throws Exception {
    String bucket = "migrate-writer-" + versioned;
    E2e.bucket(S3Server.MINIO, bucket);
    ExecutorService writing = Executors.newSingleThreadExecutor();
    try (LocalKeys keys = new LocalKeys(folder.resolve("keys"), S3Server.MINIO.http());
        S3Client moving = keys.moving()) {
      if (versioned) {
        Unsealed.versioned(keys.plain(), bucket);
      }
      SmallObjects.put(keys.plain(), bucket, OBJECTS);
      Clients clients = Clients.of(keys.plain(), moving);
      Future<Map<String, String>> written =
          writing.submit(new OneInTwenty(keys.plain(), bucket, OBJECTS, over));
      for (int round = 0; round < 2; round++) {
        RunResult result = run(clients, bucket, "round" + round);
        assertThat(result.stopped()).isEmpty();
        assertThat(result.counts().of(Status.FAILED)).as("%s", result).isZero();
      }
      over.set(true);
      Map<String, String> last = written.get();
      for (Map.Entry<String, String> each : last.entrySet()) {
        assertThat(read(moving, bucket, each.getKey())).isEqualTo(each.getValue());
      }
      RunResult end = run(clients, bucket, "end");
      assertThat(end.counts().of(Status.DONE) + end.counts().of(Status.ALREADY_SO))
          .as("%s", end)
          .isEqualTo(OBJECTS);
      for (Map.Entry<String, String> each : last.entrySet()) {
        assertThat(read(keys.sealing(), bucket, each.getKey())).isEqualTo(each.getValue());
      }
    } finally {
      over.set(true);
      writing.shutdownNow();
    }
  }

  private static String read(S3Client s3, String bucket, String key) {
    return s3.getObjectAsBytes(b -> b.bucket(bucket).key(key)).asUtf8String();
  }
}
