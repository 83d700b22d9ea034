package io.claviger.bulk.migrate;

import io.claviger.bulk.Clients;
import io.claviger.bulk.Pace;
import io.claviger.s3.SealedReplacement;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * The store as a migration sees it: what is stored, and through the client that seals.
 *
 * <p>Threads: safe. Blocking: asks the store.
 */
final class Store {
  static final int FORBIDDEN = 403;
  static final int NOT_FOUND = 404;
  private static final int NOT_IMPLEMENTED = 501;

  private final S3Client stored;
  private final S3Client sealing;
  private final SealedReplacement replacement;
  private final Pace pace;
  private final Map<String, Boolean> versioned = new ConcurrentHashMap<>();

  Store(Clients clients, Pace pace) {
    this.stored = clients.stored();
    this.sealing = clients.sealing("a migration");
    this.replacement = SealedReplacement.with(sealing);
    this.pace = pace;
  }

  /** Returns the client that sees what is stored, for {@code requests} to come. */
  S3Client stored(int requests) {
    pace.beforeStore(requests);
    return stored;
  }

  /** Returns the client that seals, for requests to come. */
  S3Client sealing(int requests, int keyCalls) {
    if (keyCalls > 0) {
      pace.beforeKeys(keyCalls);
    }
    pace.beforeStore(requests);
    return sealing;
  }

  SealedReplacement replacement() {
    return replacement;
  }

  /** Announces calls of the key service that are not made by the sealing client. */
  void announceKeys(int calls) {
    pace.beforeKeys(calls);
  }

  HeadObjectResponse head(String bucket, String key) {
    return stored(1).headObject(b -> b.bucket(bucket).key(key));
  }

  /**
   * Whether a PUT leaves the version before it: asked once for each bucket. Where that may not be
   * asked, or is not known, no: the way of buckets without versions is safe in all.
   */
  boolean keepsVersions(String bucket) {
    return versioned.computeIfAbsent(bucket, this::asked);
  }

  private boolean asked(String bucket) {
    try {
      return stored(1).getBucketVersioning(b -> b.bucket(bucket)).status()
          == BucketVersioningStatus.ENABLED;
    } catch (S3Exception e) {
      if (e.statusCode() == FORBIDDEN || e.statusCode() == NOT_IMPLEMENTED) {
        return false;
      }
      throw e;
    }
  }

  /**
   * Deletes what this job has stored and could not prove: a version by its id; without versions, if
   * it is still the same.
   */
  void takeBack(Target sealed) {
    String version = sealed.versionId();
    if (version != null) {
      delete(sealed.bucket(), sealed.key(), version);
    } else if (sealed.eTag().equals(head(sealed.bucket(), sealed.key()).eTag())) {
      stored(1)
          .deleteObject(
              b ->
                  b.bucket(sealed.bucket())
                      .key(sealed.key())
                      .overrideConfiguration(o -> o.putHeader("If-Match", sealed.eTag())));
    }
  }

  /** As {@link #takeBack(Target)}, after a failure; another one is noted and goes no further. */
  void takeBack(Target sealed, Exception cause) {
    try {
      takeBack(sealed);
    } catch (SdkException e) {
      cause.addSuppressed(e);
    }
  }

  void delete(String bucket, String key, @Nullable String versionId) {
    stored(1).deleteObject(b -> b.bucket(bucket).key(key).versionId(versionId));
  }
}
