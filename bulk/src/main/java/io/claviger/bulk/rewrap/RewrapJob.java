package io.claviger.bulk.rewrap;

import io.claviger.bulk.Clients;
import io.claviger.bulk.Cost;
import io.claviger.bulk.Job;
import io.claviger.bulk.JobWork;
import io.claviger.bulk.Pace;
import io.claviger.bulk.Unit;
import io.claviger.s3.Rewrap;
import org.jspecify.annotations.Nullable;

/**
 * Wraps the data key of each object again: under the current version of its master key, or under
 * another master key. The bytes are copied by the store onto themselves and never travel.
 *
 * <p>What is already so is recognised by one HEAD, without a call of the key service but one for
 * each master key, so a second run writes nothing. An object that is overwritten meanwhile is left
 * as it is, on stores too that ignore conditions of copies; one that is not sealed is reported as
 * such. Old versions of objects keep their envelope: writing one again would make it the current
 * one. Objects under customer-provided keys are excluded: their keys are not this job's.
 *
 * <p>Where an object does not say which version of its master key wrapped it (keys of a
 * configuration, AWS KMS after a re-wrap without bucket keys), it counts as current.
 *
 * @param toKeyId the master key that objects should have, null for the one that each has
 */
public record RewrapJob(@Nullable String toKeyId) implements Job {
  private static final long serialVersionUID = 1L;

  /** HEAD; then HEAD, and copying in parts: four requests; where copies are conditional, one. */
  private static final int REQUESTS_OF_COPY = 5;

  private static final int KEY_CALLS = 2;

  /** Returns the job that takes each object's own master key in its current version. */
  public static RewrapJob toCurrentVersions() {
    return new RewrapJob(null);
  }

  /** Returns the job that takes another master key. */
  public static RewrapJob toKey(String masterKeyId) {
    return new RewrapJob(masterKeyId);
  }

  @Override
  public String name() {
    return toKeyId == null ? "rewrap" : "rewrap to " + toKeyId;
  }

  @Override
  public JobWork begin(Clients clients, Pace pace) {
    Rewrap rewrap = Rewrap.with(clients.sealing("a re-wrap"));
    return new Rewrapping(
        clients.stored(), toKeyId == null ? rewrap : rewrap.toKey(toKeyId), toKeyId, pace);
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
