package io.claviger.bulk.run;

import io.claviger.bulk.Counts;
import io.claviger.bulk.Outcome;
import io.claviger.bulk.Outcome.Status;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/** Counts outcomes; guarded by the ledger. */
final class Tally {
  /** Groups are named after keys, whose number has no bound. */
  static final int MOST_GROUPS = 10_000;

  private static final String OTHERS = "others";

  private final Map<Status, Long> status = new EnumMap<>(Status.class);
  private final Map<String, Long> codes = new HashMap<>();
  private final Map<String, Long> groups = new HashMap<>();
  private long findings;

  /** What an earlier run failed at does not stop this one: its cause may be mended. */
  private final long unitsBefore;

  private final long failedBefore;

  Tally(Counts before) {
    status.putAll(before.byStatus());
    codes.putAll(before.byCode());
    groups.putAll(before.byGroup());
    findings = before.findings();
    unitsBefore = before.units();
    failedBefore = failed();
  }

  void add(Outcome outcome) {
    status.merge(outcome.status(), 1L, Long::sum);
    merge(codes, outcome.code());
    merge(groups, outcome.group());
    findings += outcome.finding() ? 1 : 0;
  }

  private static void merge(Map<String, Long> counts, String name) {
    if (!name.isEmpty()) {
      boolean room = counts.size() < MOST_GROUPS || counts.containsKey(name);
      counts.merge(room ? name : OTHERS, 1L, Long::sum);
    }
  }

  /** Whether more than {@code share} of at least {@code from} units of this run failed. */
  boolean failsTooOften(double share, long from) {
    long units = status.values().stream().mapToLong(Long::longValue).sum() - unitsBefore;
    return units >= from && failed() - failedBefore > share * units;
  }

  /** Findings aside. */
  private long failed() {
    return status.getOrDefault(Status.FAILED, 0L) - findings;
  }

  Counts counts() {
    return new Counts(status, codes, groups, findings);
  }
}
