package io.claviger.s3.internal.copy;

import io.claviger.s3.internal.call.SubRequests;
import io.claviger.s3.internal.wire.S3Errors;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CopyObjectRequest;
import software.amazon.awssdk.services.s3.model.ListObjectVersionsResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Versions that were put while an object was copied onto itself, and that the copy overtook.
 *
 * <p>MinIO orders versions by a time that a PUT takes before it waits for the object's lock, and a
 * conditional Complete while it holds the lock. So a PUT that waits is stored after the copy and
 * ordered before it: the old bytes would be the current ones. Seen in 5 of 100 races. Such a copy
 * is deleted again, which leaves what was put; nothing is lost, since the version that was copied
 * is still there.
 *
 * <p>Blocking: waits, and asks the store once.
 */
final class OvertakenVersions {
  /**
   * A PUT that waits tries again within 50 ms (MinIO, internal/lsync): five times that, and ten
   * times what the copy took, since a store that is slow with one is slow with the other.
   */
  private static final Duration SHORTEST = Duration.ofMillis(250);

  private static final Duration LONGEST = Duration.ofSeconds(10);
  private static final int TIMES = 10;

  private static final int FORBIDDEN = 403;
  private static final String UNVERSIONED = "null";

  private record Version(String key, String id, Instant time) {}

  private final S3Client client;
  private final CopyObjectRequest copy;
  private final @Nullable String replaced;
  private final String where;
  private final AwsRequestOverrideConfiguration raw;

  /**
   * @param copy names the destination
   * @param replaced the version in whose place the new one was put, null for the one of a bucket
   *     without versions
   */
  OvertakenVersions(
      S3Client client, CopyObjectRequest copy, @Nullable String replaced, String where) {
    this.client = client;
    this.copy = copy;
    this.replaced = replaced;
    this.where = where;
    this.raw = SubRequests.raw(copy);
  }

  /**
   * Takes the copy back if it overtook another version. A caller without the right to list versions
   * gets the store's own order.
   *
   * @param copied the version of the copy; of a bucket without versions it is null as a text
   * @param took how long the copy took
   * @throws S3Exception 412 if it was taken back; 409 if it could not be
   */
  void requireNone(String copied, Duration took) {
    if (copied.equals(UNVERSIONED)) {
      return;
    }
    settle(took);
    Optional<Version> overtaken = overtaken(copied);
    if (overtaken.isPresent()) {
      takeBack(copied, overtaken.get().id());
      throw S3Errors.preconditionFailed(
          where, "the object was overwritten while it was copied. It is as it was written");
    }
  }

  private static void settle(Duration took) {
    Duration wanted = took.multipliedBy(TIMES);
    Duration bounded = wanted.compareTo(SHORTEST) < 0 ? SHORTEST : wanted;
    try {
      Thread.sleep((bounded.compareTo(LONGEST) > 0 ? LONGEST : bounded).toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw AbortedException.create("interrupted while a copy settled", e);
    }
  }

  private Optional<Version> overtaken(String copied) {
    List<Version> newestFirst = versions();
    int own = index(newestFirst, copied);
    String from = Objects.requireNonNullElse(replaced, UNVERSIONED);
    int copiedFrom = index(newestFirst, from);
    boolean current = own == 0 && copiedFrom > own;
    return current
        ? newestFirst.subList(own + 1, copiedFrom).stream().findFirst()
        : Optional.empty();
  }

  private static int index(List<Version> versions, String id) {
    return versions.stream().map(Version::id).toList().indexOf(id);
  }

  private List<Version> versions() {
    ListObjectVersionsResponse listed;
    try {
      listed =
          client.listObjectVersions(
              b ->
                  b.bucket(copy.destinationBucket())
                      .prefix(copy.destinationKey())
                      .requestPayer(copy.requestPayer())
                      .expectedBucketOwner(copy.expectedBucketOwner())
                      .overrideConfiguration(raw));
    } catch (S3Exception e) {
      if (e.statusCode() == FORBIDDEN) {
        return List.of();
      }
      throw e;
    }
    Stream<Version> bodies =
        listed.versions().stream().map(v -> new Version(v.key(), v.versionId(), v.lastModified()));
    Stream<Version> markers =
        listed.deleteMarkers().stream()
            .map(v -> new Version(v.key(), v.versionId(), v.lastModified()));
    return Stream.concat(bodies, markers)
        .filter(v -> v.key().equals(copy.destinationKey()))
        .sorted((a, b) -> b.time().compareTo(a.time()))
        .toList();
  }

  private void takeBack(String copied, String newer) {
    try {
      client.deleteObject(
          b ->
              b.bucket(copy.destinationBucket())
                  .key(copy.destinationKey())
                  .versionId(copied)
                  .requestPayer(copy.requestPayer())
                  .expectedBucketOwner(copy.expectedBucketOwner())
                  .overrideConfiguration(raw));
    } catch (S3Exception e) {
      S3Exception conflict =
          S3Errors.of(
              409,
              "OperationAborted",
              where,
              "version %s was put while the object was copied onto itself, and the store orders it before the copy, version %s, which cannot be deleted. Copy version %s to the same name: it is then current again"
                  .formatted(newer, copied, newer));
      conflict.addSuppressed(e);
      throw conflict;
    }
  }
}
