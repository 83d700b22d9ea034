package io.claviger.bulk.run;

import io.claviger.bulk.Outcome;
import io.claviger.bulk.Unit;
import io.claviger.bulk.UnitRange;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How far one range is: units leave it in their order, so that one position says which are done
 * with. Guarded by itself for the lister, by the ledger for the rest.
 */
final class RangeProgress {
  /** A unit that was listed, until all before it are done with. */
  static final class Place {
    final Unit unit;
    final String position;
    @Nullable Outcome outcome;

    Place(Unit unit, String position) {
      this.unit = unit;
      this.position = position;
    }

    Outcome outcome() {
      return Objects.requireNonNull(outcome, "outcome");
    }
  }

  private final UnitRange range;
  private final Deque<Place> places = new ArrayDeque<>();
  private @Nullable String doneUpTo;
  private boolean listed;

  RangeProgress(RunState.Range before) {
    this.range = new UnitRange(before.after(), before.upTo());
    this.doneUpTo = before.doneUpTo();
    this.listed = before.finished();
  }

  UnitRange range() {
    return range;
  }

  /** Returns the position to go on behind, null from the beginning. */
  synchronized @Nullable String doneUpTo() {
    return doneUpTo;
  }

  /** Adds the next unit of the range. */
  synchronized Place add(Unit unit, String position) {
    Place place = new Place(unit, position);
    places.add(place);
    return place;
  }

  /** The range has no further units. */
  synchronized void end() {
    listed = true;
  }

  synchronized boolean isListed() {
    return listed;
  }

  /** Returns the first unit that is not done with, if it has an outcome, else null. */
  synchronized @Nullable Place finishedHead() {
    Place head = places.peek();
    return head == null || head.outcome == null ? null : head;
  }

  /** The first unit is written down. */
  synchronized void pass(Place head) {
    places.remove();
    doneUpTo = head.position;
  }

  synchronized RunState.Range state() {
    return new RunState.Range(range.after(), range.upTo(), doneUpTo, listed && places.isEmpty());
  }
}
