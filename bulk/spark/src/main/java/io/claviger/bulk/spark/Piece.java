package io.claviger.bulk.spark;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.claviger.bulk.Counts;
import io.claviger.bulk.Outcome.Status;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A part of a range that one task has done with: what its counts and rows are about. Pieces of a
 * range are chained by their positions, so whatever task stored them, a chain has each unit once.
 *
 * @param after begins behind this position, null at the beginning of the range
 * @param upTo ends with this position, null where no unit was found
 * @param last whether the range ends with it
 * @param byStatus counts, as the following
 */
record Piece(
    @JsonProperty("after") @Nullable String after,
    @JsonProperty("upTo") @Nullable String upTo,
    @JsonProperty("last") boolean last,
    @JsonProperty("byStatus") Map<Status, Long> byStatus,
    @JsonProperty("byCode") Map<String, Long> byCode,
    @JsonProperty("byGroup") Map<String, Long> byGroup,
    @JsonProperty("findings") long findings) {
  static Piece of(@Nullable String after, @Nullable String upTo, boolean last, Counts counts) {
    return new Piece(
        after, upTo, last, counts.byStatus(), counts.byCode(), counts.byGroup(), counts.findings());
  }

  /** Whether reports have rows of it. */
  boolean hasRows() {
    Counts all = counts();
    return all.units() > all.of(Status.DONE) + all.of(Status.ALREADY_SO);
  }

  Counts counts() {
    return new Counts(byStatus, byCode, byGroup, findings);
  }
}
