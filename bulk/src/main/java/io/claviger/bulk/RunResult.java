package io.claviger.bulk;

import java.io.Serializable;
import java.time.Duration;

/**
 * How a run ended.
 *
 * @param counts what became of its units, those of earlier runs that it resumed included
 * @param storeRequests requests of this run to the store, as the job announced them
 * @param keyCalls calls of the key service by this run, likewise
 * @param end why the run ended
 * @param stopped why the run stopped before, a sentence; empty for a complete run
 * @param took how long this run took
 */
public record RunResult(
    Counts counts, long storeRequests, long keyCalls, RunEnd end, String stopped, Duration took)
    implements Serializable {
  /** Whether every unit of the source was worked on. */
  public boolean complete() {
    return end == RunEnd.COMPLETE;
  }
}
