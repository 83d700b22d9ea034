package io.claviger.bulk.retire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.bulk.Clients;
import io.claviger.bulk.Limits;
import io.claviger.bulk.Plan;
import io.claviger.bulk.Stores;
import io.claviger.bulk.rewrap.RewrapJob;
import io.claviger.bulk.run.BulkRunner;
import io.claviger.bulk.source.ListingSource;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;

/** An old version is in use until the last version of an object and the last upload are gone. */
class VersionUseCheckTest {
  private static final int OBJECTS = 5;

  @TempDir Path folder;
  private final String bucket = Stores.bucket();
  private final String key = bucket + "-key";
  private final S3Client sealing = Stores.sealing(key);
  private final Clients clients = Clients.of(Stores.PLAIN, sealing);
  private final Instant rotated = Instant.now();

  /** A bucket key's life after the rotation, and a minute: as if it had been waited for. */
  private final VersionUseCheck check =
      VersionUseCheck.of(key, 1, rotated)
          .clock(Clock.fixed(rotated.plus(Duration.ofMinutes(6)), ZoneOffset.UTC));

  private int checks;

  private VersionUse use() throws IOException {
    return check.run(
        Clients.withoutKeys(Stores.PLAIN), Limits.DEFAULT, folder.resolve("c" + checks++), bucket);
  }

  private void put(S3Client s3, String name) {
    s3.putObject(b -> b.bucket(bucket).key(name), RequestBody.fromString("text"));
  }

  @Test
  void everyVersionAndUploadCounts() throws IOException {
    Stores.PLAIN.putBucketVersioning(
        b ->
            b.bucket(bucket)
                .versioningConfiguration(v -> v.status(BucketVersioningStatus.ENABLED)));
    for (int i = 0; i < OBJECTS; i++) {
      put(sealing, "o" + i);
    }
    put(Stores.PLAIN, "plain");
    String upload = sealing.createMultipartUpload(b -> b.bucket(bucket).key("up")).uploadId();
    Stores.keys().rotateKey(key);
    VersionUse before = use();
    assertThat(before.isNothing()).isFalse();
    assertThat(before.referring()).isEqualTo(OBJECTS);
    assertThat(before.uploads()).isEqualTo(1);
    assertThat(before)
        .hasToString(
            "5 versions of objects and 1 open uploads refer to version 1 of \"%s\" in [%s]; of 0 more it cannot be said, see the reports. Keep the version"
                .formatted(key, bucket));

    Plan rewrap =
        new Plan(ListingSource.ofBucket(bucket), RewrapJob.toCurrentVersions(), Limits.DEFAULT);
    BulkRunner.with(clients).run(rewrap, folder.resolve("rewrap"));
    VersionUse behind = use();
    assertThat(behind.referring()).as("versions behind the current ones").isEqualTo(OBJECTS);
    assertThat(behind.units()).isEqualTo(2 * OBJECTS + 1);

    Stores.PLAIN
        .listObjectVersions(b -> b.bucket(bucket))
        .versions()
        .forEach(
            old -> {
              if (!old.isLatest()) {
                Stores.PLAIN.deleteObject(
                    b -> b.bucket(bucket).key(old.key()).versionId(old.versionId()));
              }
            });
    assertThat(use().uploads()).as("it would complete under version 1").isEqualTo(1);
    sealing.abortMultipartUpload(b -> b.bucket(bucket).key("up").uploadId(upload));
    VersionUse after = use();
    assertThat(after.isNothing()).as("%s", after).isTrue();
    assertThat(after.toString())
        .startsWith("nothing refers to version 1 of \"%s\" in [%s]".formatted(key, bucket))
        .endsWith("Other buckets, replicas and backups were not looked at");
  }

  @Test
  void whatCannotBeReadIsNoProof() throws IOException {
    put(sealing, "good");
    Stores.keys().rotateKey(key);
    byte[] stored = Stores.PLAIN.getObjectAsBytes(b -> b.bucket(bucket).key("good")).asByteArray();
    Stores.PLAIN.putObject(
        b -> b.bucket(bucket).key("good"), RequestBody.fromBytes(stored)); // its metadata is lost
    VersionUse use = use();
    assertThat(use.referring()).isZero();
    assertThat(use.unknown()).isEqualTo(1);
    assertThat(use.isNothing()).isFalse();
  }

  @Test
  void itIsTooEarlyWhileWritersMaySealUnderTheOldVersion() {
    VersionUseCheck early = check.clock(Clock.fixed(rotated.plusSeconds(299), ZoneOffset.UTC));
    assertThatThrownBy(() -> early.run(clients, Limits.DEFAULT, folder.resolve("early"), bucket))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("until " + rotated.plusSeconds(300));
    assertThat(folder.resolve("early")).doesNotExist();
    VersionUseCheck shorter = early.bucketKeyLife(Duration.ofSeconds(299));
    assertThatNoCheckIsRefused(shorter);
  }

  private void assertThatNoCheckIsRefused(VersionUseCheck allowed) {
    org.assertj.core.api.Assertions.assertThatNoException()
        .isThrownBy(() -> allowed.run(clients, Limits.DEFAULT, folder.resolve("later"), bucket));
  }

  @Test
  void aFolderThatHasListingsIsRefused() throws IOException {
    use();
    checks = 0;
    assertThatThrownBy(this::use)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("this one must be later. Name another folder");
  }
}
