package io.claviger.bulk.rewrap;

import io.claviger.bulk.Clients;
import io.claviger.bulk.Cost;
import io.claviger.bulk.Job;
import io.claviger.bulk.JobWork;
import io.claviger.bulk.Pace;
import io.claviger.bulk.Unit;
import io.claviger.kms.EncryptionContext;
import io.claviger.object.NameBinding;
import io.claviger.s3.Rewrap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Wraps the data key of each object again: under the current version of its master key or under
 * another one, for another context or another binding of names. The bytes are copied by the store
 * onto themselves and never travel.
 *
 * <p>What an object should have is what the sealing client would give it: the key and the entries
 * of a key rule that fits its name, the names that are bound, and what this job names. What is
 * already so is recognised by one HEAD, without a call of the key service but one for each master
 * key, so a second run writes nothing. An object that is overwritten meanwhile is left as it is, on
 * stores too that ignore conditions of copies; one that is not sealed is reported as such. Old
 * versions of objects keep their envelope: writing one again would make it the current one. Objects
 * under customer-provided keys are excluded: their keys are not this job's.
 *
 * <p>Where an object does not say which version of its master key wrapped it (AWS KMS after a
 * re-wrap without bucket keys), it counts as current.
 *
 * @param toKeyId the master key that objects should have, null for that of the key rules, else the
 *     one that each has
 * @param toContext the whole context that objects should have, null for the one that each has
 * @param toNames the names that should be bound, null for those of the sealing client
 * @param largestCopyBytes stored bytes of the largest object that the store copies at once
 * @param partBytes stored bytes of a range of a larger one
 */
public record RewrapJob(
    @Nullable String toKeyId,
    @Nullable Map<String, String> toContext,
    @Nullable NameBinding toNames,
    long largestCopyBytes,
    long partBytes)
    implements Job {
  private static final long serialVersionUID = 2L;

  /** HEAD; then HEAD, and copying in parts: four requests; where copies are conditional, one. */
  private static final int REQUESTS_OF_COPY = 5;

  private static final int KEY_CALLS = 2;

  /** What S3 copies in one request. */
  private static final long LARGEST_COPY_BYTES = 5L << 30;

  private static final long PART_BYTES = 512L << 20;

  public RewrapJob {
    toContext = toContext == null ? null : Map.copyOf(toContext);
  }

  /**
   * Returns the job that takes each object's own master key, or that of the key rules, in its
   * current version.
   */
  public static RewrapJob toCurrentVersions() {
    return new RewrapJob(null, null, null, LARGEST_COPY_BYTES, PART_BYTES);
  }

  /** Returns the job that takes another master key. */
  public static RewrapJob toKey(String masterKeyId) {
    return new RewrapJob(masterKeyId, null, null, LARGEST_COPY_BYTES, PART_BYTES);
  }

  /** Returns the job that also gives objects this context, in the place of the whole one. */
  public RewrapJob toContext(Map<String, String> entries) {
    return new RewrapJob(toKeyId, entries, toNames, largestCopyBytes, partBytes);
  }

  /**
   * Returns the job that also binds these names. To bind more than objects have now, give the
   * runner a sealing client that opens them: with {@code names(NONE)}, say.
   */
  public RewrapJob toNames(NameBinding names) {
    return new RewrapJob(toKeyId, toContext, names, largestCopyBytes, partBytes);
  }

  /**
   * Returns the job for a store with other limits than S3's, as {@link Rewrap#withLimits}.
   *
   * @param largest stored bytes of the largest object that is copied at once
   * @param part stored bytes of a range
   */
  public RewrapJob withLimits(long largest, long part) {
    return new RewrapJob(toKeyId, toContext, toNames, largest, part);
  }

  @Override
  public String name() {
    return "rewrap"
        + (toKeyId == null ? "" : " to " + toKeyId)
        + (toContext == null ? "" : " with context " + new TreeMap<>(toContext))
        + (toNames == null ? "" : " binding " + toNames);
  }

  @Override
  public JobWork begin(Clients clients, Pace pace) {
    Rewrap rewrap =
        Rewrap.with(clients.sealing("a re-wrap")).withLimits(largestCopyBytes, partBytes);
    rewrap = toKeyId == null ? rewrap : rewrap.toKey(toKeyId);
    rewrap = toContext == null ? rewrap : rewrap.toContext(EncryptionContext.of(toContext));
    rewrap = toNames == null ? rewrap : rewrap.toNames(toNames);
    return new Rewrapping(clients.stored(), rewrap, pace);
  }

  @Override
  public Cost cost(Unit unit) {
    return new Cost(2, REQUESTS_OF_COPY - 1L, KEY_CALLS, 0, Math.max(0, unit.storedBytes()));
  }

  /** Announces what a re-wrap of one object sends at most. */
  static void announce(Pace pace) {
    pace.beforeKeys(KEY_CALLS);
    pace.beforeStore(REQUESTS_OF_COPY);
  }
}
