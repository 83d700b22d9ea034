package io.claviger.bulk.migrate;

import io.claviger.bulk.Clients;
import io.claviger.bulk.Cost;
import io.claviger.bulk.Job;
import io.claviger.bulk.JobWork;
import io.claviger.bulk.Pace;
import io.claviger.bulk.Unit;
import java.time.Instant;

/** A migration by several processes, which leave each other's staged copies alone. */
record SharedMigration(MigrateJob job, Instant begun) implements Job {
  private static final long serialVersionUID = 1L;

  @Override
  public String name() {
    return job.name();
  }

  @Override
  public JobWork begin(Clients clients, Pace pace) {
    return new Migration(new Store(clients, pace), job, begun);
  }

  @Override
  public Job sharedSince(Instant other) {
    return new SharedMigration(job, other);
  }

  @Override
  public Cost cost(Unit unit) {
    return job.cost(unit);
  }
}
