package io.claviger.bulk;

import java.io.Serializable;
import java.time.Instant;

/**
 * What is done with each unit. A value: its settings can be sent to other processes and hold no
 * secret; what it works with is made by {@link #begin}, once for each process of a run.
 */
public interface Job extends Serializable {
  /** Returns the job's name with its settings, for reports and to recognise a run to resume. */
  String name();

  /**
   * Returns what works on units.
   *
   * @param clients the process's clients
   * @param pace asked before each request
   * @throws IllegalArgumentException if the job needs a client that is not there
   */
  JobWork begin(Clients clients, Pace pace);

  /**
   * Returns this job as a process does it that shares a run with others: what they make for a while
   * is not tidied up. It has the same name.
   *
   * @param begun when the run began; what is older is left over from another one
   */
  default Job sharedSince(Instant begun) {
    return this;
  }

  /** Returns what the unit will cost at most, as far as that is known before asking for it. */
  Cost cost(Unit unit);
}
