package io.claviger.bulk.migrate;

import io.claviger.bulk.Outcome;
import io.claviger.bulk.audit.ObjectForm;
import io.claviger.format.Envelope;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import software.amazon.awssdk.services.s3.model.EncodingType;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Sealed copies that wait under names of their own until they take the place of what they were made
 * of. A run that was killed leaves some: the next one deletes them before it seals the first object
 * of the bucket. One that another process works with may be deleted so, too: that process notices
 * and makes it again. What has another name in the folder, or is not sealed, is somebody's object.
 *
 * <p>Threads: safe. Blocking: asks the store.
 */
final class Staging {
  static final String FOLDER = ".claviger-staging/";

  private static final Pattern NAME =
      Pattern.compile(Pattern.quote(FOLDER) + "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

  private final Store store;
  private final Instant othersSince;
  private final Set<String> ours = ConcurrentHashMap.newKeySet();
  private final Set<String> cleaned = ConcurrentHashMap.newKeySet();

  /**
   * @param othersSince what is as old or newer is of other processes of this run and stays
   */
  Staging(Store store, Instant othersSince) {
    this.store = store;
    this.othersSince = othersSince;
  }

  /** Whether it is a name that {@link #begin} makes. */
  static boolean isName(String key) {
    return NAME.matcher(key).matches();
  }

  /** Returns a new name. */
  String begin() {
    String name = FOLDER + UUID.randomUUID();
    ours.add(name);
    return name;
  }

  void end(String name) {
    ours.remove(name);
  }

  /** Deletes what killed runs left in a bucket, at the first call for it. */
  void clean(String bucket) {
    if (cleaned.contains(bucket)) {
      return;
    }
    synchronized (cleaned) {
      if (!cleaned.contains(bucket)) {
        cleanNow(bucket);
        cleaned.add(bucket);
      }
    }
  }

  private void cleanNow(String bucket) {
    try {
      for (S3Object found : listed(bucket)) {
        String key = found.key();
        boolean left =
            isName(key) && !ours.contains(key) && found.lastModified().isBefore(othersSince);
        if (left && isSealed(bucket, key)) {
          store.delete(bucket, key, null);
        }
      }
    } catch (S3Exception e) {
      if (e.statusCode() != Store.FORBIDDEN) {
        throw e; // else what is there stays: it may be of no run
      }
    }
  }

  private Iterable<S3Object> listed(String bucket) {
    return store
        .stored(1)
        .listObjectsV2Paginator(b -> b.bucket(bucket).prefix(FOLDER).encodingType(EncodingType.URL))
        .contents();
  }

  private boolean isSealed(String bucket, String key) {
    try {
      return Envelope.isPresentIn(ObjectForm.lowerCase(store.head(bucket, key).metadata()));
    } catch (S3Exception e) {
      if (e.statusCode() == Store.NOT_FOUND) {
        return false; // deleted meanwhile
      }
      throw e;
    }
  }

  /** Returns the outcome of a listed unit that is such a copy. */
  static Outcome leftOver() {
    return Outcome.excluded(
        "Staging", "a sealed copy that a migration makes for a while, and deletes");
  }
}
