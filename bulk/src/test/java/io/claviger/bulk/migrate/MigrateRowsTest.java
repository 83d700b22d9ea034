package io.claviger.bulk.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.bulk.Clients;
import io.claviger.bulk.Job;
import io.claviger.bulk.JobWork;
import io.claviger.bulk.Outcome;
import io.claviger.bulk.Outcome.Status;
import io.claviger.bulk.Pace;
import io.claviger.bulk.Stores;
import io.claviger.bulk.Unit;
import io.claviger.bulk.rewrap.RewrapJob;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.sync.RequestBody;

/** Each class of unit that is not sealed has its row, and is left as it is. */
class MigrateRowsTest {
  @TempDir Path folder;
  private MigrationBucket bucket;

  @BeforeEach
  void make() {
    bucket = new MigrationBucket(folder, false);
  }

  private Outcome of(String key) {
    return of(MigrateJob.IN_PLACE, key);
  }

  private Outcome of(Job job, String key) {
    JobWork work = job.begin(Clients.of(bucket.stored, bucket.sealing()), Pace.FREE);
    return work.apply(Unit.named(bucket.name, key));
  }

  private void found(String key, String code, String... said) {
    byte[] before = bucket.stored(key).asByteArray();
    Outcome outcome = of(key);
    assertThat(outcome.code()).as("%s", outcome).isEqualTo(code);
    assertThat(outcome.status()).isEqualTo(Status.FAILED);
    assertThat(outcome.finding()).isTrue();
    assertThat(outcome.message()).contains(said);
    assertThat(bucket.stored(key).asByteArray()).isEqualTo(before);
    assertThat(Stores.PLAIN.listObjectsV2(b -> b.bucket(bucket.name)).contents())
        .noneMatch(object -> object.key().startsWith(Staging.FOLDER));
  }

  /** A process makes one, and another would seal it behind its back. */
  @Test
  void aProbeIsLeftAlone() {
    String key = "k.claviger-probe-0123abcd";
    bucket.put(key, "probe".getBytes(), Map.of());
    for (Job job : List.of(MigrateJob.IN_PLACE, RewrapJob.toCurrentVersions())) {
      JobWork work = job.begin(Clients.of(bucket.stored, bucket.sealing()), Pace.FREE);
      Outcome outcome = work.apply(new Unit(bucket.name, key, null, 5, null));
      assertThat(outcome.code()).as("%s", outcome).isEqualTo("Probe");
      assertThat(outcome.status()).isEqualTo(Status.EXCLUDED);
    }
    assertThat(bucket.stored(key).asUtf8String()).isEqualTo("probe");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "k.claviger-probe-0123abcd!",
        "k.claviger-probe-0123abc",
        "k.claviger-probe-0123abcdz",
        "k.claviger-probe-0123ABCD",
        ".claviger-probe-0123abcd"
      })
  void whatIsNamedAlikeIsSealed(String key) {
    bucket.put(key, 5);
    JobWork work =
        MigrateJob.IN_PLACE.begin(Clients.of(bucket.stored, bucket.sealing()), Pace.FREE);
    assertThat(work.apply(new Unit(bucket.name, key, null, 5, null)).status())
        .isEqualTo(Status.DONE);
    String named = "k.claviger-probe-0123abcd";
    bucket.put(named, 6);
    assertThat(work.apply(new Unit(bucket.name, named, null, 6, null)).status())
        .isEqualTo(Status.DONE);
    assertThat(bucket.read(key)).isEqualTo(MigrationBucket.bytes(5));
  }

  @Test
  void metadataWithoutRoom() {
    bucket.put("k", new byte[10], Map.of("long", "x".repeat(1_900)));
    found("k", "NoRoom", "user metadata would take", "Shorten");
  }

  @Test
  void namesThatAreReserved() {
    bucket.put("k", new byte[10], Map.of("claviger-mine", "x"));
    found("k", "ENVELOPE_MALFORMED", "claviger-mine");
  }

  @ParameterizedTest
  @ValueSource(ints = {100_000, Upload.PIECE_BYTES + 1})
  void aSealedObjectThatLostItsMetadata(int bytes) {
    Stores.SEALING.putObject(
        b -> b.bucket(bucket.name).key("sealed"), RequestBody.fromBytes(new byte[bytes]));
    bucket.put("k", bucket.stored("sealed").asByteArray(), Map.of());
    found("k", "ENVELOPE_INCOMPLETE", "Restore the metadata");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1_000, Upload.PIECE_BYTES + 1})
  void aDamagedObjectOfTheS3EncryptionClient(int bytes) {
    S3ecObject theirs = S3ecObject.of(MigrationBucket.bytes(bytes));
    byte[] changed = theirs.body().clone();
    changed[bytes / 2] ^= 1;
    bucket.put("k", changed, theirs.metadata());
    found("k", "SEGMENT", "tag mismatch");
    byte[] body = theirs.body();
    bucket.put("k", Arrays.copyOf(body, body.length - 1), theirs.metadata());
    assertThat(of("k").finding()).isTrue();
  }

  @Test
  void objectsOfTheS3EncryptionClientThatAreNotRead() {
    S3ecObject theirs = S3ecObject.of(new byte[10]);
    Map<String, String> cbc = new HashMap<>(theirs.metadata());
    cbc.put("x-amz-cek-alg", "AES/CBC/PKCS5Padding");
    bucket.put("cbc", theirs.body(), cbc);
    found("cbc", "Foreign", "AES/CBC/PKCS5Padding");
    bucket.put("theirs", theirs.body(), theirs.metadata());
    JobWork withoutKey =
        MigrateJob.IN_PLACE.begin(Clients.of(bucket.stored, Stores.SEALING), Pace.FREE);
    Outcome outcome = withoutKey.apply(Unit.named(bucket.name, "theirs"));
    assertThat(outcome.code()).isEqualTo("Foreign");
    assertThat(outcome.message()).contains("s3EncryptionClient");
  }

  @Test
  void ciphertextWhoseKeyIsInAnInstructionFile() {
    bucket.put("k", new byte[40], Map.of());
    bucket.put("k.instruction", "{}".getBytes(), Map.of("mine", "1"));
    found("k", "Foreign", "instruction file");
    found("k.instruction", "Foreign", "instruction file");
  }

  @Test
  void whatIsLeftAlone() {
    bucket.put("folder/", new byte[0], Map.of());
    assertThat(of("folder/").code()).isEqualTo("DirectoryMarker");
    assertThat(of("gone").code()).isEqualTo("Deleted");
    JobWork work =
        MigrateJob.IN_PLACE.begin(Clients.of(bucket.stored, bucket.sealing()), Pace.FREE);
    assertThat(work.apply(new Unit(bucket.name, "k", "v", 1, null)).code()).isEqualTo("Version");
    assertThat(work.apply(new Unit(bucket.name, "k", null, 1, "GLACIER")).code())
        .isEqualTo("Archived");
  }

  @Test
  void whatIsSealedAlready() {
    Stores.SEALING.putObject(
        b -> b.bucket(bucket.name).key("k"), RequestBody.fromBytes(new byte[10]));
    assertThat(of("k")).isEqualTo(Outcome.alreadySo(Stores.KEY + " v1"));
    assertThat(of(MigrateJob.into(Stores.bucket()), "k").code()).isEqualTo("Sealed");
  }
}
