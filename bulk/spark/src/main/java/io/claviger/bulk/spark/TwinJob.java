package io.claviger.bulk.spark;

import io.claviger.bulk.Clients;
import io.claviger.bulk.Cost;
import io.claviger.bulk.Job;
import io.claviger.bulk.JobWork;
import io.claviger.bulk.Outcome;
import io.claviger.bulk.Pace;
import io.claviger.bulk.Unit;
import java.time.Instant;
import java.util.Set;

/**
 * A job of which two tasks may work on the same unit at the same time, as Spark's speculation has
 * it. Writes are conditional, so one of them finds the unit changed, or on its way: it looks again,
 * and finds it done.
 */
record TwinJob(Job job) implements Job {
  private static final long serialVersionUID = 1L;
  private static final Set<String> MEANWHILE = Set.of("Changed", "Deleted");

  @Override
  public String name() {
    return job.name();
  }

  @Override
  public JobWork begin(Clients clients, Pace pace) {
    JobWork work = job.begin(clients, pace);
    return unit -> {
      Outcome found = work.apply(unit);
      return MEANWHILE.contains(found.code()) ? work.apply(unit) : found;
    };
  }

  @Override
  public Job sharedSince(Instant begun) {
    return new TwinJob(job.sharedSince(begun));
  }

  @Override
  public Cost cost(Unit unit) {
    return job.cost(unit);
  }
}
