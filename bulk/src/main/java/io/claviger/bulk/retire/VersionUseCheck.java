package io.claviger.bulk.retire;

import io.claviger.bulk.Clients;
import io.claviger.bulk.Counts;
import io.claviger.bulk.Limits;
import io.claviger.bulk.Outcome.Status;
import io.claviger.bulk.Plan;
import io.claviger.bulk.RunResult;
import io.claviger.bulk.audit.AuditJob;
import io.claviger.bulk.run.BulkRunner;
import io.claviger.bulk.source.ListingSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * Says whether anything in buckets still refers to a version of a master key: every version of
 * every object, listed live, and open multipart uploads. It needs no key, and destroys nothing.
 *
 * <pre>{@code
 * VersionUse use =
 *     VersionUseCheck.of("orders", 1, rotated)
 *         .run(Clients.withoutKeys(s3), Limits.DEFAULT, Path.of("use-of-orders-1"), "orders", "archive");
 * System.out.println(use);
 * }</pre>
 *
 * <p>It begins no earlier than the rotation plus the life of a bucket key: until then writers may
 * seal under the old version. What it says is as good as an {@link AuditJob}: accidents, not
 * forgeries; and of stores that do not list open uploads it sees none.
 *
 * <p>Immutable. Threads: safe, one check at a time for each folder. Blocking: until all is listed.
 */
public final class VersionUseCheck {
  /** Holds when looking began, in a folder whose check is not at its end. */
  private static final String BEGUN = "begun";

  /** The life of a bucket key with the defaults. */
  private static final Duration LIFE = Duration.ofMinutes(5);

  private static final String MANY_GROUPS = "others";

  private final String keyId;
  private final int version;
  private final Instant rotated;
  private final Duration bucketKeyLife;
  private final Clock clock;

  private VersionUseCheck(
      String keyId, int version, Instant rotated, Duration bucketKeyLife, Clock clock) {
    this.keyId = keyId;
    this.version = version;
    this.rotated = rotated;
    this.bucketKeyLife = bucketKeyLife;
    this.clock = clock;
  }

  /**
   * Returns a check with the usual life of bucket keys, five minutes.
   *
   * @param rotated when the next version began to encrypt
   */
  public static VersionUseCheck of(String masterKeyId, int version, Instant rotated) {
    return new VersionUseCheck(masterKeyId, version, rotated, LIFE, Clock.systemUTC());
  }

  /** Returns this where writers keep bucket keys for another time. */
  public VersionUseCheck bucketKeyLife(Duration life) {
    return new VersionUseCheck(keyId, version, rotated, life, clock);
  }

  VersionUseCheck clock(Clock other) {
    return new VersionUseCheck(keyId, version, rotated, bucketKeyLife, other);
  }

  /**
   * Looks at the buckets, or goes on with that after it was killed.
   *
   * @param folder holds a run for each bucket, with its report; made if it is missing
   * @throws IllegalStateException if it is too early, naming the instant
   * @throws IOException if the folder cannot be written, or is that of a check that is done
   * @throws software.amazon.awssdk.core.exception.SdkException as the store answers for open
   *     uploads
   */
  public VersionUse run(Clients clients, Limits limits, Path folder, String... buckets)
      throws IOException {
    Instant sealedUntil = rotated.plus(bucketKeyLife);
    Instant begun = begin(folder, sealedUntil);
    VersionUse use = new VersionUse(keyId, version, List.of(buckets), begun, 0, 0, 0, 0, "");
    for (String bucket : buckets) {
      Plan plan = new Plan(ListingSource.ofBucket(bucket).withVersions(), AuditJob.DEFAULT, limits);
      RunResult result = BulkRunner.with(clients).run(plan, folder.resolve(bucket));
      long uploads = result.complete() ? uploads(clients.stored(), bucket, sealedUntil) : 0;
      use = plus(use, result, uploads);
    }
    if (use.stopped().isEmpty()) {
      Files.delete(folder.resolve(BEGUN));
    }
    return use;
  }

  private Instant begin(Path folder, Instant sealedUntil) throws IOException {
    Path file = folder.resolve(BEGUN);
    if (Files.exists(file)) {
      return Instant.parse(Files.readString(file));
    }
    Instant now = clock.instant();
    if (now.isBefore(sealedUntil)) {
      throw new IllegalStateException(
          "writers may seal under version %d of \"%s\" until %s: begin after that instant"
              .formatted(version, keyId, sealedUntil));
    }
    Files.createDirectories(folder);
    try (var files = Files.list(folder)) {
      if (files.findAny().isPresent()) {
        throw new IOException(
            "%s has the listings of an earlier check, and this one must be later. Name another folder"
                .formatted(folder));
      }
    }
    Files.writeString(file, now.toString());
    return now;
  }

  private static long uploads(S3Client s3, String bucket, Instant before) {
    return s3.listMultipartUploadsPaginator(b -> b.bucket(bucket)).uploads().stream()
        .filter(upload -> upload.initiated() == null || !upload.initiated().isAfter(before))
        .count();
  }

  private VersionUse plus(VersionUse use, RunResult result, long uploads) {
    Counts counts = result.counts();
    long unknown =
        counts.of(Status.FAILED)
            - counts.ofCode("Plaintext")
            - counts.ofCode("Foreign")
            + counts.ofCode("Archived")
            + counts.ofCode("Changed")
            + counts.ofGroup(keyId)
            + counts.ofGroup(MANY_GROUPS);
    return new VersionUse(
        keyId,
        version,
        use.buckets(),
        use.listedFrom(),
        use.units() + counts.units(),
        use.referring() + counts.ofGroup(keyId + " v" + version),
        use.uploads() + uploads,
        use.unknown() + unknown,
        use.stopped().isEmpty() ? result.stopped() : use.stopped());
  }
}
