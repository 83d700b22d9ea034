package io.claviger.bulk.migrate;

import io.claviger.bulk.Outcome;
import io.claviger.bulk.migrate.Upload.Condition;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ObjectLockLegalHoldStatus;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * The sealed object takes the place of the one it was made of.
 *
 * <p>1. Where the bucket keeps versions: a PUT on condition that the object is still the one that
 * was read; it is read back, and deleted again if it is not what was sent, which makes the old
 * version the current one again. 2. Elsewhere: a sealed copy under another name is read back, and
 * then copied by the store to the name on the same condition. In both a writer wins.
 */
final class InPlace {
  private static final String UNVERSIONED = "null";

  private final Store store;
  private final Staging staging;
  private final boolean purgeReplaced;

  InPlace(Store store, Staging staging, boolean purgeReplaced) {
    this.store = store;
    this.staging = staging;
    this.purgeReplaced = purgeReplaced;
  }

  /**
   * @param done the outcome if all goes well
   * @throws S3Exception 412 if somebody wrote meanwhile
   */
  Outcome seal(Source source, Content content, Outcome done) throws IOException {
    String problem =
        store.keepsVersions(source.bucket())
            ? asVersion(source, content)
            : throughStaging(source, content);
    if (problem != null) {
      return Proof.failed(problem, "The object is as it was. Check the store, and run again");
    }
    return purgeReplaced ? purged(source, done) : done;
  }

  private @Nullable String asVersion(Source source, Content content) throws IOException {
    Upload upload =
        new Upload(source.bucket(), source.key(), Condition.unchanged(source.eTag()), true);
    Target sealed = upload.seal(store, source, content);
    String problem = Proof.orTakenBack(store, sealed, content);
    if (problem != null) {
      return problem;
    }
    String version = sealed.versionId();
    if (version != null) {
      store.stored(1);
      store
          .replacement()
          .requireNotOvertaken(
              source.bucket(),
              source.key(),
              source.head(),
              version,
              Duration.ofNanos(sealed.took()));
    }
    return null;
  }

  private @Nullable String throughStaging(Source source, Content content) throws IOException {
    String name = staging.begin();
    Target staged = null;
    try {
      staged =
          new Upload(source.bucket(), name, Condition.NONE, false).seal(store, source, content);
      String problem = Proof.problem(store, staged, content);
      if (problem == null) {
        copyOver(source, name);
      }
      return problem;
    } catch (S3Exception e) {
      throw e.statusCode() == Store.NOT_FOUND ? vanished(e) : e;
    } finally {
      if (staged != null) {
        delete(staged);
      }
      staging.end(name);
    }
  }

  private void copyOver(Source source, String name) {
    store.announceKeys(2);
    store.stored(6);
    store.replacement().copyOver(source.bucket(), name, source.key(), source.head());
  }

  /** Object or copy: the next try of this unit finds out which. */
  private static SdkException vanished(S3Exception e) {
    return SdkClientException.create(
        "the object or its staged copy was deleted meanwhile, by another migration of the bucket?",
        e);
  }

  /** What stays is deleted by the next run. */
  private void delete(Target staged) {
    try {
      store.delete(staged.bucket(), staged.key(), staged.versionId());
    } catch (SdkException e) {
      // the object itself is as it should be
    }
  }

  private Outcome purged(Source source, Outcome done) {
    HeadObjectResponse replaced = source.head();
    String version = replaced.versionId();
    boolean kept = version != null && (!version.equals(UNVERSIONED) || versioned(source));
    if (!kept) {
      return done;
    }
    if (isLocked(replaced)) {
      return retained(version, 0, "is under retention or legal hold");
    }
    try {
      store.delete(source.bucket(), source.key(), version);
      return done;
    } catch (S3Exception e) {
      if (e.statusCode() >= 500 || e.statusCode() == Store.NOT_FOUND) {
        throw e;
      }
      return retained(version, e.statusCode(), "may not be deleted: " + e.getMessage());
    }
  }

  private boolean versioned(Source source) {
    return store.keepsVersions(source.bucket());
  }

  private static boolean isLocked(HeadObjectResponse head) {
    Instant until = head.objectLockRetainUntilDate();
    return head.objectLockLegalHoldStatus() == ObjectLockLegalHoldStatus.ON
        || until != null && until.isAfter(Instant.now());
  }

  private static Outcome retained(@Nullable String version, int status, String why) {
    return Outcome.skipped(
        "RETAINED_PLAINTEXT",
        status,
        "the object is sealed; what it replaced, version %s, stays readable without a key: it %s"
            .formatted(version, why));
  }
}
