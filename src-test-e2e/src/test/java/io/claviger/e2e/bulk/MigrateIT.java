package io.claviger.e2e.bulk;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.bulk.Clients;
import io.claviger.bulk.Job;
import io.claviger.bulk.JobWork;
import io.claviger.bulk.Limits;
import io.claviger.bulk.Outcome;
import io.claviger.bulk.Outcome.Status;
import io.claviger.bulk.Pace;
import io.claviger.bulk.Plan;
import io.claviger.bulk.RunResult;
import io.claviger.bulk.Unit;
import io.claviger.bulk.migrate.MigrateJob;
import io.claviger.bulk.run.BulkRunner;
import io.claviger.bulk.source.ListingSource;
import io.claviger.bulk.verify.VerifyJob;
import io.claviger.e2e.env.E2e;
import io.claviger.e2e.env.S3Server;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ObjectLockMode;
import software.amazon.awssdk.services.s3.model.StorageClass;
import software.amazon.awssdk.services.s3.model.Tag;
import software.amazon.awssdk.services.s3.model.Tagging;

/**
 * Plaintext, and objects that the S3 Encryption Client itself wrote, are sealed in place over a
 * real store and compared byte by byte, by readers meanwhile too. The long form, 20 GiB of
 * plaintext and 2,000 objects of that client up to 256 MiB: {@code -De2e.migrate.mib=20480
 * -De2e.migrate.theirs=2000 -De2e.migrate.largest=256}; it takes 30 GB of disk, since what was
 * replaced in the bucket with versions, which has a tenth of the plaintext, stays.
 */
class MigrateIT {
  private static final int MIB = Integer.getInteger("e2e.migrate.mib");
  private static final int THEIRS = Integer.getInteger("e2e.migrate.theirs");
  private static final int LARGEST = Integer.getInteger("e2e.migrate.largest");
  private static final Tag TAG = Tag.builder().key("team").value("a/b c").build();

  @TempDir Path folder;
  private final AtomicBoolean over = new AtomicBoolean();
  private int runs;

  private RunResult run(Clients clients, String bucket, Job job) throws Exception {
    Plan plan = new Plan(ListingSource.ofBucket(bucket), job, Limits.DEFAULT.threads(4, 2));
    return BulkRunner.with(clients).run(plan, folder.resolve("run" + runs++));
  }

  /** Reads small objects until it is over, and returns how often. */
  private int readAlong(Unsealed objects, S3Client s3) throws Exception {
    List<String> small =
        objects.sizes().entrySet().stream()
            .filter(each -> each.getValue() <= 1 << 20)
            .map(Map.Entry::getKey)
            .toList();
    int reads = 0;
    while (!over.get()) {
      String key = small.get(reads++ % small.size());
      assertThat(objects.reads(s3, key)).as(key).isTrue();
    }
    return reads;
  }

  private static void delete(S3Client s3, String bucket, String key) {
    s3.deleteObject(b -> b.bucket(bucket).key(key));
  }

  @ParameterizedTest(name = "versioned: {0}")
  @ValueSource(booleans = {false, true})
  void everythingIsSealedInPlace(boolean versioned) throws Exception {
    String bucket = "migrate-" + versioned;
    E2e.bucket(S3Server.MINIO, bucket);
    ExecutorService reading = Executors.newSingleThreadExecutor();
    try (LocalKeys keys = new LocalKeys(folder.resolve("keys"), S3Server.MINIO.http());
        S3Client moving = keys.moving()) {
      if (versioned) {
        Unsealed.versioned(keys.plain(), bucket);
      }
      Unsealed objects =
          new Unsealed(bucket)
              .plain(keys.plain(), versioned ? MIB / 10 : MIB)
              .theirs(S3Server.MINIO.http(), THEIRS, LARGEST);
      int count = objects.sizes().size();
      Future<Integer> reads = reading.submit(() -> readAlong(objects, moving));
      Clients clients = Clients.of(keys.plain(), moving);
      RunResult result = run(clients, bucket, MigrateJob.IN_PLACE);
      over.set(true);
      assertThat(reads.get()).isPositive();
      assertThat(result.stopped()).isEmpty();
      assertThat(result.counts().of(Status.DONE)).as("%s", result).isEqualTo(count);
      assertThat(result.counts().ofCode("FromS3EncryptionClient")).isEqualTo(THEIRS);
      for (Map.Entry<String, Long> each : objects.sizes().entrySet()) {
        assertThat(objects.reads(keys.sealing(), each.getKey())).as(each.getKey()).isTrue();
        HeadObjectResponse head =
            keys.sealing().headObject(b -> b.bucket(bucket).key(each.getKey()));
        assertThat(head.contentLength()).isEqualTo(each.getValue());
        assertThat(head.metadata()).isEqualTo(Map.of("mine", each.getKey().substring(0, 5)));
        assertThat(head.contentType()).isEqualTo("text/x-" + each.getValue());
      }
      assertThat(run(keys.clients(), bucket, VerifyJob.WHOLE).counts().of(Status.DONE))
          .as("no staged copy is left")
          .isEqualTo(count);
      assertThat(keys.plain().listMultipartUploads(b -> b.bucket(bucket)).uploads()).isEmpty();
      RunResult second = run(clients, bucket, MigrateJob.IN_PLACE);
      assertThat(second.counts().of(Status.ALREADY_SO)).isEqualTo(count);
      assertThat(second.keyCalls()).isZero();
      objects.sizes().keySet().forEach(key -> delete(keys.plain(), bucket, key));
    } finally {
      over.set(true);
      reading.shutdownNow();
    }
  }

  @ParameterizedTest
  @EnumSource
  void tagsClassAndHeadersAreKept(S3Server server) throws Exception {
    for (boolean versioned : new boolean[] {false, true}) {
      String bucket = "migrate-kept-" + versioned;
      E2e.bucket(server, bucket);
      try (LocalKeys keys = new LocalKeys(folder.resolve("keys"), server.http());
          S3Client moving = keys.moving()) {
        if (versioned) {
          Unsealed.versioned(keys.plain(), bucket);
        }
        for (int size : new int[] {10, (8 << 20) + 1}) {
          keys.plain()
              .putObject(
                  b ->
                      b.bucket(bucket)
                          .key("k" + size)
                          .cacheControl("max-age=5")
                          .contentDisposition("attachment")
                          .expires(Instant.parse("2030-01-02T03:04:05Z"))
                          .storageClass(StorageClass.REDUCED_REDUNDANCY)
                          .tagging(Tagging.builder().tagSet(TAG).build()),
                  RequestBody.fromBytes(new byte[size]));
        }
        Clients clients = Clients.of(keys.plain(), moving);
        assertThat(run(clients, bucket, MigrateJob.IN_PLACE).counts().of(Status.DONE)).isEqualTo(2);
        for (int size : new int[] {10, (8 << 20) + 1}) {
          HeadObjectResponse head =
              keys.sealing().headObject(b -> b.bucket(bucket).key("k" + size));
          assertThat(head.contentLength()).isEqualTo(size);
          assertThat(head.cacheControl()).isEqualTo("max-age=5");
          assertThat(head.contentDisposition()).isEqualTo("attachment");
          assertThat(head.expiresString()).contains("02 Jan 2030 03:04:05");
          assertThat(head.storageClass()).isEqualTo(StorageClass.REDUCED_REDUNDANCY);
          assertThat(keys.plain().getObjectTagging(b -> b.bucket(bucket).key("k" + size)).tagSet())
              .containsExactly(TAG);
        }
      }
    }
  }

  @Test
  void whatIsReplacedIsPurgedUnlessItIsUnderRetention() throws Exception {
    String bucket = "migrate-locked";
    Instant until = Instant.now().plus(1, ChronoUnit.DAYS).truncatedTo(ChronoUnit.SECONDS);
    try (LocalKeys keys = new LocalKeys(folder.resolve("keys"), S3Server.MINIO.http());
        S3Client moving = keys.moving()) {
      keys.plain().createBucket(b -> b.bucket(bucket).objectLockEnabledForBucket(true));
      keys.plain().putObject(b -> b.bucket(bucket).key("free"), RequestBody.fromString("free"));
      keys.plain()
          .putObject(
              b ->
                  b.bucket(bucket)
                      .key("kept")
                      .objectLockMode(ObjectLockMode.GOVERNANCE)
                      .objectLockRetainUntilDate(until),
              RequestBody.fromString("kept"));
      JobWork work =
          MigrateJob.IN_PLACE.purgingReplaced().begin(Clients.of(keys.plain(), moving), Pace.FREE);
      assertThat(work.apply(Unit.named(bucket, "free")).status()).isEqualTo(Status.DONE);
      Outcome kept = work.apply(Unit.named(bucket, "kept"));
      assertThat(kept.code()).as("%s", kept).isEqualTo("RETAINED_PLAINTEXT");
      assertThat(kept.status()).isEqualTo(Status.SKIPPED);
      assertThat(keys.plain().listObjectVersions(b -> b.bucket(bucket)).versions()).hasSize(3);
      HeadObjectResponse head = keys.sealing().headObject(b -> b.bucket(bucket).key("kept"));
      assertThat(head.objectLockRetainUntilDate()).as("the sealed one, too").isEqualTo(until);
      assertThat(keys.sealing().getObjectAsBytes(b -> b.bucket(bucket).key("kept")).asUtf8String())
          .isEqualTo("kept");
    }
  }
}
