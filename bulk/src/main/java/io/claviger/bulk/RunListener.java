package io.claviger.bulk;

import java.time.Duration;

/**
 * Learns of a run while it goes on, on its threads: return quickly. Threads: must be safe. What it
 * throws stops the run.
 */
public interface RunListener {
  /** Nobody listens. */
  RunListener NONE = new RunListener() {};

  /**
   * A unit is done with.
   *
   * @param job the job's name
   * @param took how long the job worked on it, waiting for what was away not counted
   */
  default void finished(String job, Unit unit, Outcome outcome, Duration took) {}

  /** The store or the key service did not answer, or was overloaded: the unit is tried again. */
  default void waiting(String job, String what) {}

  /** Where the run is; from time to time, and at its end. */
  default void progress(Progress progress) {}
}
