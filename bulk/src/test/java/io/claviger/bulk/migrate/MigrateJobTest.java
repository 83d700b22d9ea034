package io.claviger.bulk.migrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.claviger.bulk.Clients;
import io.claviger.bulk.JobWork;
import io.claviger.bulk.Outcome.Status;
import io.claviger.bulk.Pace;
import io.claviger.bulk.RunResult;
import io.claviger.bulk.Stores;
import io.claviger.bulk.Unit;
import io.claviger.bulk.audit.AuditJob;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ObjectVersion;
import software.amazon.awssdk.services.s3.model.Tag;
import software.amazon.awssdk.services.s3.model.Tagging;

/** Plaintext and objects of the S3 Encryption Client become sealed, and nothing is lost. */
class MigrateJobTest {
  private static final int HELD = Upload.PIECE_BYTES;
  private static final int[] SIZES = {0, 1, 65_535, 65_536, 65_537, HELD, HELD + 1};
  private static final int[] SMALL = {0, 10, 100_000};

  @TempDir Path folder;

  private MigrationBucket filled(boolean versioned, int... sizes) {
    MigrationBucket bucket = new MigrationBucket(folder, versioned);
    for (int size : sizes) {
      bucket.put("plain/" + size, size);
      S3ecObject theirs = S3ecObject.of(MigrationBucket.bytes(size));
      bucket.put("s3ec/" + size, theirs.body(), theirs.metadata());
    }
    return bucket;
  }

  private static List<ObjectVersion> versions(MigrationBucket bucket) {
    return Stores.PLAIN.listObjectVersions(b -> b.bucket(bucket.name)).versions();
  }

  @ParameterizedTest(name = "versioned: {0}")
  @ValueSource(booleans = {false, true})
  void everySizeIsSealedInPlaceAndASecondRunWritesNothing(boolean versioned) throws Exception {
    MigrationBucket bucket = filled(versioned, SIZES);
    RunResult first = bucket.run(MigrateJob.IN_PLACE);
    assertThat(first.stopped()).isEmpty();
    assertThat(first.counts().of(Status.DONE)).as("%s", first).isEqualTo(2L * SIZES.length);
    assertThat(first.counts().ofCode("FromPlaintext")).isEqualTo(SIZES.length);
    for (int size : SIZES) {
      for (String kind : List.of("plain/", "s3ec/")) {
        assertThat(bucket.read(kind + size)).isEqualTo(MigrationBucket.bytes(size));
        Map<String, String> own =
            Stores.SEALING.headObject(b -> b.bucket(bucket.name).key(kind + size)).metadata();
        assertThat(own).isEqualTo(Map.of("mine", "kept"));
      }
    }
    int each = versioned ? 2 : 1;
    assertThat(versions(bucket)).as("nothing is left over").hasSize(2 * SIZES.length * each);
    assertThat(bucket.run(AuditJob.DEFAULT).counts().of(Status.DONE)).isEqualTo(2L * SIZES.length);
    bucket.requests.set(0);
    RunResult second = bucket.run(MigrateJob.IN_PLACE);
    assertThat(second.counts().of(Status.ALREADY_SO)).isEqualTo(2L * SIZES.length);
    assertThat(second.counts().ofGroup(Stores.KEY + " v1")).isEqualTo(2L * SIZES.length);
    assertThat(second.keyCalls()).isZero();
    assertThat(bucket.requests).as("HEADs, listings").hasValueLessThan(2 * SIZES.length + 30);
  }

  @ParameterizedTest(name = "versioned: {0}")
  @ValueSource(booleans = {false, true})
  void headersMetadataAndTagsAreKept(boolean versioned) throws Exception {
    MigrationBucket bucket = new MigrationBucket(folder, versioned);
    for (int size : new int[] {10, HELD + 1}) {
      Stores.PLAIN.putObject(
          b ->
              b.bucket(bucket.name)
                  .key("k" + size)
                  .metadata(Map.of("a", "1", "b", "zwei"))
                  .contentType("text/csv")
                  .cacheControl("max-age=5")
                  .contentDisposition("attachment")
                  .contentLanguage("de")
                  .contentEncoding("gzip")
                  .tagging(Tagging.builder().tagSet(tag("team", "a-b")).build()),
          RequestBody.fromBytes(MigrationBucket.bytes(size)));
    }
    assertThat(bucket.run(MigrateJob.IN_PLACE).counts().of(Status.DONE)).isEqualTo(2);
    for (int size : new int[] {10, HELD + 1}) {
      HeadObjectResponse head =
          Stores.SEALING.headObject(b -> b.bucket(bucket.name).key("k" + size));
      assertThat(head.metadata()).isEqualTo(Map.of("a", "1", "b", "zwei"));
      assertThat(head.contentType()).isEqualTo("text/csv");
      assertThat(head.cacheControl()).isEqualTo("max-age=5");
      assertThat(head.contentDisposition()).isEqualTo("attachment");
      assertThat(head.contentLanguage()).isEqualTo("de");
      assertThat(head.contentEncoding()).isEqualTo("gzip");
      assertThat(Stores.PLAIN.getObjectTagging(b -> b.bucket(bucket.name).key("k" + size)).tagSet())
          .containsExactly(tag("team", "a-b"));
    }
  }

  private static Tag tag(String key, String value) {
    return Tag.builder().key(key).value(value).build();
  }

  @Test
  void whatWasReplacedIsPurgedAfterTheProof() throws Exception {
    MigrationBucket bucket = filled(true, SMALL);
    RunResult result = bucket.run(MigrateJob.IN_PLACE.purgingReplaced());
    assertThat(result.counts().of(Status.DONE)).as("%s", result).isEqualTo(2L * SMALL.length);
    assertThat(versions(bucket)).hasSize(2 * SMALL.length).allMatch(ObjectVersion::isLatest);
    for (int size : SMALL) {
      assertThat(bucket.read("plain/" + size)).isEqualTo(MigrationBucket.bytes(size));
    }
  }

  /** More instants over a real server: S3Mock deletes the object whose upload is aborted. */
  @ParameterizedTest(name = "versioned: {0}, {1} bytes, written after {2}")
  @CsvSource({"true, 10, stored GetObjectRequest", "false, 9000000, stored GetObjectRequest"})
  void aWriterWins(boolean versioned, int bytes, String when) throws Exception {
    MigrationBucket bucket = new MigrationBucket(folder, versioned);
    bucket.put("k", bytes);
    bucket.after =
        request -> {
          if (request.equals(when)) {
            bucket.after = other -> {};
            bucket.put("k", "written".getBytes(), Map.of());
          }
        };
    RunResult result = bucket.run(MigrateJob.IN_PLACE);
    assertThat(result.counts().ofCode("Changed")).as("%s", result).isEqualTo(1);
    assertThat(result.counts().of(Status.SKIPPED)).isEqualTo(1);
    assertThat(bucket.stored("k").asByteArray()).isEqualTo("written".getBytes());
    assertThat(Stores.PLAIN.listObjectsV2(b -> b.bucket(bucket.name)).contents()).hasSize(1);
    assertThat(bucket.run(MigrateJob.IN_PLACE).counts().of(Status.DONE)).isEqualTo(1);
    assertThat(bucket.read("k")).isEqualTo("written".getBytes());
  }

  /** What does not come back as it was sent takes nobody's place. */
  @ParameterizedTest(name = "versioned: {0}, {1} bytes")
  @CsvSource({"false, 100000", "true, 100000", "false, 9000000", "true, 9000000"})
  void whatIsNotProvedIsTakenBack(boolean versioned, int bytes) throws Exception {
    MigrationBucket bucket = new MigrationBucket(folder, versioned);
    bucket.put("k", bytes);
    bucket.damaged = true;
    RunResult result = bucket.run(MigrateJob.IN_PLACE);
    assertThat(result.counts().ofCode("ReadBack")).as("%s", result).isEqualTo(1);
    assertThat(bucket.stored("k").asByteArray()).isEqualTo(MigrationBucket.bytes(bytes));
    assertThat(versions(bucket)).hasSize(1);
    bucket.damaged = false;
    assertThat(bucket.run(MigrateJob.IN_PLACE).counts().of(Status.DONE)).isEqualTo(1);
  }

  @Test
  void whatAKilledRunLeftIsCleaned() throws Exception {
    MigrationBucket bucket = new MigrationBucket(folder, false);
    bucket.put("a", 10);
    String left = Staging.FOLDER + UUID.randomUUID();
    Stores.SEALING.putObject(b -> b.bucket(bucket.name).key(left), RequestBody.fromString("left"));
    RunResult result = bucket.run(MigrateJob.IN_PLACE);
    assertThat(result.counts().of(Status.DONE)).isEqualTo(1);
    assertThat(result.counts().ofCode("Staging") + result.counts().of(Status.DONE))
        .isEqualTo(result.counts().units());
    assertThat(versions(bucket)).hasSize(1);
  }

  /** Only what a migration makes, by name and by form, is a migration's to delete. */
  @Test
  void whatSomebodyPutsWhereStagedCopiesAreIsAnObjectLikeAnyOther() throws Exception {
    MigrationBucket bucket = new MigrationBucket(folder, false);
    List<String> theirs =
        List.of(
            Staging.FOLDER + "payroll.csv",
            Staging.FOLDER + "2026/x",
            Staging.FOLDER + UUID.randomUUID(),
            Staging.FOLDER + UUID.randomUUID() + ".bak");
    theirs.forEach(key -> bucket.put(key, 10));
    String sealed = Staging.FOLDER + "sealed";
    Stores.SEALING.putObject(
        b -> b.bucket(bucket.name).key(sealed), RequestBody.fromBytes(MigrationBucket.bytes(10)));
    bucket.put("a", 10);
    JobWork work =
        MigrateJob.IN_PLACE.begin(Clients.of(bucket.stored, bucket.sealing()), Pace.FREE);
    assertThat(work.apply(Unit.named(bucket.name, "a")).status()).isEqualTo(Status.DONE);
    for (String key : theirs) {
      assertThat(bucket.stored(key).asByteArray()).as(key).isEqualTo(MigrationBucket.bytes(10));
    }
    RunResult whole = bucket.run(MigrateJob.IN_PLACE);
    assertThat(whole.counts().of(Status.DONE)).isEqualTo(theirs.size());
    assertThat(whole.counts().of(Status.ALREADY_SO)).isEqualTo(2);
    for (String key : theirs) {
      assertThat(bucket.read(key)).as(key).isEqualTo(MigrationBucket.bytes(10));
    }
    assertThat(bucket.read(sealed)).isEqualTo(MigrationBucket.bytes(10));
  }

  @Test
  void intoAnotherBucket() throws Exception {
    MigrationBucket bucket = filled(false, SMALL);
    String target = Stores.bucket();
    MigrateJob job = MigrateJob.into(target);
    assertThat(bucket.run(job).counts().of(Status.DONE)).isEqualTo(2L * SMALL.length);
    for (int size : SMALL) {
      assertThat(
              Stores.SEALING
                  .getObjectAsBytes(b -> b.bucket(target).key("s3ec/" + size))
                  .asByteArray())
          .isEqualTo(MigrationBucket.bytes(size));
      assertThat(bucket.stored("plain/" + size).asByteArray())
          .as("stays")
          .isEqualTo(MigrationBucket.bytes(size));
    }
    assertThat(bucket.run(job).counts().of(Status.ALREADY_SO)).isEqualTo(2L * SMALL.length);
    Stores.PLAIN.putObject(b -> b.bucket(target).key("new"), RequestBody.fromString("somebody's"));
    bucket.put("new", 10);
    RunResult third = bucket.run(job);
    assertThat(third.counts().ofCode("TargetTaken")).isEqualTo(1);
    assertThatIllegalArgumentException().isThrownBy(() -> job.purgingReplaced());
  }

  @Test
  void settingsAreCheckedAndNamed() {
    assertThat(MigrateJob.IN_PLACE.name()).isEqualTo("migrate");
    assertThat(MigrateJob.into("b").name()).isEqualTo("migrate into b");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MigrateJob.IN_PLACE.begin(Clients.withoutKeys(Stores.PLAIN), Pace.FREE))
        .withMessageContaining("a migration needs keys");
    assertThat(MigrateJob.IN_PLACE.cost(new Unit("b", "k", null, 100, null)).readBytes())
        .isEqualTo(200);
  }
}
