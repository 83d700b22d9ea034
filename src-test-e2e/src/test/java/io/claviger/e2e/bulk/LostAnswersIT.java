package io.claviger.e2e.bulk;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.bulk.Clients;
import io.claviger.bulk.Job;
import io.claviger.bulk.JobWork;
import io.claviger.bulk.Outcome;
import io.claviger.bulk.Outcome.Status;
import io.claviger.bulk.Pace;
import io.claviger.bulk.Unit;
import io.claviger.bulk.migrate.MigrateJob;
import io.claviger.bulk.rewrap.RewrapJob;
import io.claviger.e2e.env.E2e;
import io.claviger.e2e.env.S3Server;
import io.claviger.s3.api.PlaintextObjects;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * The answer to one request of a job is lost, to each in turn. The SDK sends it again, and where it
 * had a condition its own work does not meet it any more: the object is as the job wants it, and
 * the report says nothing else.
 */
class LostAnswersIT {
  private static final int IN_PARTS = (8 << 20) + 1;

  /** No job makes so many requests for one object. */
  private static final int MOST = 100;

  private static final LostAnswer CONNECTIONS = new LostAnswer();
  private static final S3Client PLAIN = E2e.plain(S3Server.MINIO.http());
  private static final S3Client SEALING = moving();

  @AfterAll
  static void close() {
    SEALING.close();
    PLAIN.close();
    CONNECTIONS.close();
  }

  /** Returns a client that has learned nothing yet of any bucket. */
  private static S3Client moving() {
    return E2e.over(
        CONNECTIONS,
        S3Server.MINIO.http(),
        E2e.builder().httpClient(CONNECTIONS).plaintextObjects(PlaintextObjects.ALLOW).build());
  }

  private static byte[] bytes(int count) {
    byte[] bytes = new byte[count];
    new Random(count).nextBytes(bytes);
    return bytes;
  }

  /** As a run does, which begins a unit again where it had no answer. */
  private static Outcome patiently(JobWork work, Unit unit) {
    try {
      return work.apply(unit);
    } catch (SdkClientException e) {
      return work.apply(unit);
    }
  }

  private static void each(Job job, S3Client writer, String from, String to, int size) {
    byte[] body = bytes(size);
    int number = 0;
    for (boolean lost = true; lost; number++) {
      assertThat(number).isLessThan(MOST);
      String key = "%s-%d-%d".formatted(job.name(), size, number);
      writer.putObject(b -> b.bucket(from).key(key), RequestBody.fromBytes(body));
      try (S3Client stored = E2e.over(CONNECTIONS, S3Server.MINIO.http());
          S3Client moving = moving()) {
        CONNECTIONS.loses(number);
        Outcome outcome =
            patiently(job.begin(Clients.of(stored, moving), Pace.FREE), Unit.named(from, key));
        lost = CONNECTIONS.lost();
        assertThat(outcome.status())
            .as("answer %d of %s: %s", number, key, outcome)
            .isIn(Status.DONE, Status.ALREADY_SO);
      }
      CONNECTIONS.loses(MOST);
      assertThat(PLAIN.headObject(b -> b.bucket(to).key(key)).metadata()).containsKey("claviger");
      assertThat(SEALING.getObjectAsBytes(b -> b.bucket(to).key(key)).asByteArray())
          .isEqualTo(body);
    }
    assertThat(number).as("answers of one object").isGreaterThan(2);
  }

  @ParameterizedTest
  @CsvSource({"false, 10", "true, 10", "false, " + IN_PARTS, "true, " + IN_PARTS})
  void aMigrationInPlace(boolean versioned, int size) {
    String bucket = "lost-in-place-%s-%d".formatted(versioned, size);
    E2e.bucket(S3Server.MINIO, bucket);
    if (versioned) {
      Unsealed.versioned(PLAIN, bucket);
    }
    each(MigrateJob.IN_PLACE, PLAIN, bucket, bucket, size);
    assertThat(PLAIN.listObjectsV2(b -> b.bucket(bucket)).contents())
        .noneMatch(object -> object.key().startsWith("."));
  }

  @ParameterizedTest
  @CsvSource({"10", "" + IN_PARTS})
  void aMigrationIntoAnotherBucket(int size) {
    String bucket = "lost-from-" + size;
    String other = "lost-into-" + size;
    E2e.bucket(S3Server.MINIO, bucket);
    E2e.bucket(S3Server.MINIO, other);
    each(MigrateJob.into(other), PLAIN, bucket, other, size);
  }

  @Test
  void aReWrap() {
    String bucket = "lost-rewrap";
    E2e.bucket(S3Server.MINIO, bucket);
    Job job = RewrapJob.toCurrentVersions().toContext(Map.of("tenant", "7"));
    each(job, SEALING, bucket, bucket, 10);
  }
}
