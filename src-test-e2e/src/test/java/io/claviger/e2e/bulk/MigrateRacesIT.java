package io.claviger.e2e.bulk;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.bulk.Clients;
import io.claviger.bulk.JobWork;
import io.claviger.bulk.Outcome;
import io.claviger.bulk.Pace;
import io.claviger.bulk.Unit;
import io.claviger.bulk.migrate.MigrateJob;
import io.claviger.e2e.env.E2e;
import io.claviger.e2e.env.S3Server;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * A PUT races the migration of the same object, at the same time and behind each of its requests:
 * what was put is the object. The long form, 2,000 races of each kind: {@code
 * -De2e.race.rounds=2000}.
 */
class MigrateRacesIT {
  private static final int ROUNDS = Integer.getInteger("e2e.race.rounds");
  private static final int IN_PARTS = (8 << 20) + 1;
  private static final String KEY = "k";

  @TempDir Path folder;
  private volatile Runnable behind = () -> {};
  private volatile String request = "";

  /** Writes once, behind a request of this name. */
  private final class Behind implements ExecutionInterceptor {
    @Override
    public void afterExecution(Context.AfterExecution context, ExecutionAttributes attributes) {
      if (context.request().getClass().getSimpleName().equals(request)) {
        Runnable now = behind;
        request = "";
        now.run();
      }
    }
  }

  private static void put(S3Client s3, String bucket, byte[] body) {
    s3.putObject(b -> b.bucket(bucket).key(KEY), RequestBody.fromBytes(body));
  }

  private static String read(S3Client s3, String bucket) {
    return s3.getObjectAsBytes(b -> b.bucket(bucket).key(KEY)).asString(StandardCharsets.UTF_8);
  }

  private static void bucket(LocalKeys keys, String name, boolean versioned) {
    E2e.bucket(S3Server.MINIO, name);
    if (versioned) {
      Unsealed.versioned(keys.plain(), name);
    }
  }

  @ParameterizedTest(name = "versioned: {0}")
  @ValueSource(booleans = {false, true})
  void whatIsPutAtTheSameTimeIsTheObject(boolean versioned) throws Exception {
    String bucket = "migrate-races-" + versioned;
    ExecutorService threads = Executors.newFixedThreadPool(1);
    try (LocalKeys keys = new LocalKeys(folder.resolve("keys"), S3Server.MINIO.http());
        S3Client moving = keys.moving()) {
      bucket(keys, bucket, versioned);
      JobWork work = MigrateJob.IN_PLACE.begin(Clients.of(keys.plain(), moving), Pace.FREE);
      for (int round = 0; round < ROUNDS; round++) {
        put(keys.plain(), bucket, ("old " + round).getBytes(StandardCharsets.UTF_8));
        String newer = "newer, and of another length " + round;
        CyclicBarrier both = new CyclicBarrier(2);
        Future<?> putting =
            threads.submit(
                () -> {
                  both.await();
                  put(keys.sealing(), bucket, newer.getBytes(StandardCharsets.UTF_8));
                  return null;
                });
        both.await();
        Outcome outcome = work.apply(Unit.named(bucket, KEY));
        putting.get();
        assertThat(outcome.status()).as("%s", outcome).isNotEqualTo(Outcome.Status.FAILED);
        assertThat(read(moving, bucket)).as("round %d: %s", round, outcome).isEqualTo(newer);
      }
      assertThat(keys.plain().listMultipartUploads(b -> b.bucket(bucket)).uploads()).isEmpty();
      assertThat(keys.plain().listObjectsV2(b -> b.bucket(bucket)).contents()).hasSize(1);
    } finally {
      threads.shutdownNow();
    }
  }

  private static boolean isThere(S3Client s3, String bucket) {
    return !s3.listObjectsV2(b -> b.bucket(bucket)).contents().isEmpty();
  }

  @ParameterizedTest(name = "versioned: {0}, deleted: {1}")
  @CsvSource({"false, false", "true, false", "false, true", "true, true"})
  void whatIsDoneBehindAnyRequestStays(boolean versioned, boolean deletes) throws Exception {
    String bucket = "migrate-behind-%s-%s".formatted(versioned, deletes);
    try (LocalKeys keys = new LocalKeys(folder.resolve("keys"), S3Server.MINIO.http());
        S3Client plain = E2e.plain(S3Server.MINIO.http(), new Behind());
        S3Client moving = keys.moving(new Behind())) {
      bucket(keys, bucket, versioned);
      JobWork work = MigrateJob.IN_PLACE.begin(Clients.of(plain, moving), Pace.FREE);
      for (int size : new int[] {10, IN_PARTS}) {
        for (String each :
            List.of(
                "HeadObjectRequest",
                "GetObjectTaggingRequest",
                "GetObjectRequest",
                "CreateMultipartUploadRequest",
                "UploadPartRequest",
                "UploadPartCopyRequest",
                "PutObjectRequest",
                "CompleteMultipartUploadRequest")) {
          String newer = "put behind %s of %d".formatted(each, size);
          put(keys.plain(), bucket, new byte[size]);
          behind =
              deletes
                  ? () -> keys.plain().deleteObject(b -> b.bucket(bucket).key(KEY))
                  : () -> put(keys.sealing(), bucket, newer.getBytes(StandardCharsets.UTF_8));
          request = each;
          Outcome outcome = patiently(work, Unit.named(bucket, KEY));
          boolean happened = request.isEmpty();
          request = "";
          assertThat(outcome.status()).as("%s", outcome).isNotEqualTo(Outcome.Status.FAILED);
          if (happened && deletes) {
            assertThat(isThere(plain, bucket)).as("%s behind %s", outcome, each).isFalse();
          } else if (happened) {
            assertThat(read(keys.sealing(), bucket)).as("%s", outcome).isEqualTo(newer);
          } else {
            assertThat(read(keys.sealing(), bucket)).as("sealed").hasSize(size);
          }
        }
      }
      assertThat(keys.plain().listMultipartUploads(b -> b.bucket(bucket)).uploads()).isEmpty();
      assertThat(keys.plain().listObjectsV2(b -> b.bucket(bucket)).contents())
          .hasSizeLessThanOrEqualTo(1);
    }
  }

  /** As the runner does: what is away is tried again. */
  private static Outcome patiently(JobWork work, Unit unit) {
    try {
      return work.apply(unit);
    } catch (SdkClientException e) {
      return work.apply(unit);
    }
  }
}
