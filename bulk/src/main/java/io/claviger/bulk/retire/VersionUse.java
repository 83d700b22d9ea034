package io.claviger.bulk.retire;

import java.time.Instant;
import java.util.List;

/**
 * What refers to a version of a master key in some buckets. Of other buckets, replicas and backups
 * it says nothing.
 *
 * @param keyId the master key
 * @param version its version
 * @param buckets where it was looked for
 * @param listedFrom when looking began
 * @param units versions of objects that were looked at
 * @param referring versions of objects that refer to it
 * @param uploads open multipart uploads from before, which complete under the old version
 * @param unknown versions of objects of which it cannot be said: damaged, archived, sealed under
 *     another name, or without the version of their master key in the envelope
 * @param stopped why it was not looked at everything, a sentence; empty if it was
 */
public record VersionUse(
    String keyId,
    int version,
    List<String> buckets,
    Instant listedFrom,
    long units,
    long referring,
    long uploads,
    long unknown,
    String stopped) {
  public VersionUse {
    buckets = List.copyOf(buckets);
  }

  /** Whether nothing in these buckets refers to the version any more. */
  public boolean isNothing() {
    return stopped.isEmpty() && referring == 0 && uploads == 0 && unknown == 0;
  }

  /** Returns the statement as a sentence. */
  @Override
  public String toString() {
    String what = "version %d of \"%s\" in %s".formatted(version, keyId, buckets);
    if (!stopped.isEmpty()) {
      return "nothing can be said of %s yet. %s".formatted(what, stopped);
    }
    return isNothing()
        ? "nothing refers to %s: %d versions of objects, listed from %s, and no open upload from before. Other buckets, replicas and backups were not looked at"
            .formatted(what, units, listedFrom)
        : "%d versions of objects and %d open uploads refer to %s; of %d more it cannot be said, see the reports. Keep the version"
            .formatted(referring, uploads, what, unknown);
  }
}
