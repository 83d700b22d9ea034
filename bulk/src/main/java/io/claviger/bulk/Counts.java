package io.claviger.bulk;

import io.claviger.bulk.Outcome.Status;
import java.io.Serializable;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * What became of the units of a run so far: those behind which the run would go on if it were
 * killed now. The counts of all statuses add up to {@link #units()}.
 *
 * @param byStatus units by status; a missing one is 0
 * @param byCode units by the code of their outcome
 * @param byGroup units by their group, such as a master key and its version; groups above a bound
 *     are counted together
 * @param findings units at fault, among the FAILED ones
 */
public record Counts(
    Map<Status, Long> byStatus, Map<String, Long> byCode, Map<String, Long> byGroup, long findings)
    implements Serializable {
  /** Nothing yet. */
  public static final Counts NONE = new Counts(Map.of(), Map.of(), Map.of(), 0);

  public Counts {
    byStatus = Collections.unmodifiableMap(new TreeMap<>(byStatus));
    byCode = Collections.unmodifiableMap(new TreeMap<>(byCode));
    byGroup = Collections.unmodifiableMap(new TreeMap<>(byGroup));
  }

  /** Returns all units. */
  public long units() {
    return byStatus.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Returns the units of a status. */
  public long of(Status status) {
    return byStatus.getOrDefault(status, 0L);
  }

  /** Returns the units with a code. */
  public long ofCode(String code) {
    return byCode.getOrDefault(code, 0L);
  }

  /** Returns the units of a group. */
  public long ofGroup(String group) {
    return byGroup.getOrDefault(group, 0L);
  }

  /** Returns the sum, of two processes that worked on different units. */
  public Counts plus(Counts other) {
    Map<Status, Long> status = new EnumMap<>(Status.class);
    Map<String, Long> codes = new TreeMap<>(byCode);
    Map<String, Long> groups = new TreeMap<>(byGroup);
    status.putAll(byStatus);
    other.byStatus.forEach((name, count) -> status.merge(name, count, Long::sum));
    other.byCode.forEach((name, count) -> codes.merge(name, count, Long::sum));
    other.byGroup.forEach((name, count) -> groups.merge(name, count, Long::sum));
    return new Counts(status, codes, groups, findings + other.findings);
  }

  /** Returns one line: {@code 10 units: 7 done, 1 already so, ..}. */
  @Override
  public String toString() {
    return "%d units: %d done, %d already so, %d excluded, %d skipped, %d failed%s"
        .formatted(
            units(),
            of(Status.DONE),
            of(Status.ALREADY_SO),
            of(Status.EXCLUDED),
            of(Status.SKIPPED),
            of(Status.FAILED),
            findings == 0 ? "" : " (%d of them at fault themselves)".formatted(findings));
  }
}
