package io.claviger.bulk;

import java.io.Serializable;

/**
 * All that decides about a run: which units, what is done with each, how fast.
 *
 * @param source where units come from
 * @param job what is done with each
 * @param limits how fast, and when to stop
 */
public record Plan(UnitSource source, Job job, Limits limits) implements Serializable {
  /** Returns this with other limits. */
  public Plan limits(Limits others) {
    return new Plan(source, job, others);
  }
}
