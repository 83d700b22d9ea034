package io.claviger.bulk.run;

import io.claviger.bulk.Counts;
import io.claviger.bulk.Limits;
import io.claviger.bulk.Outcome;
import io.claviger.bulk.Unit;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What is written down of a run: counts, rows and the positions of ranges change together, so that
 * a run which was killed goes on with exactly the units that are not counted.
 *
 * <p>Threads: safe. Blocking: writes to the disk.
 */
final class Ledger implements Closeable {
  private final String run;
  private final Path state;
  private final Limits limits;
  private final Tally tally;
  private final CsvReport report;
  private final List<RangeProgress> ranges;

  Ledger(String run, Path folder, RunState before, Limits limits) throws IOException {
    this.run = run;
    this.limits = limits;
    this.state = folder.resolve(BulkRunner.STATE);
    this.tally = new Tally(before.counts());
    this.ranges = new ArrayList<>();
    this.report = new CsvReport(folder.resolve(BulkRunner.REPORT), before.reportBytes());
    for (RunState.Range range : before.ranges()) {
      ranges.add(new RangeProgress(range));
    }
  }

  /** Returns the ranges, in the order in which they should be read. */
  List<RangeProgress> ranges() {
    return ranges;
  }

  /**
   * Writes down what became of a unit, and of those behind it that waited for it; none when so many
   * failed that the run stops: what is not written down is worked on again.
   *
   * @return how many units were written down
   */
  synchronized int settle(RangeProgress range, RangeProgress.Place place, Outcome outcome)
      throws IOException {
    place.outcome = outcome;
    int settled = 0;
    for (RangeProgress.Place head = range.finishedHead();
        head != null && !failsTooOften();
        head = range.finishedHead()) {
      Unit unit = head.unit;
      Outcome its = head.outcome();
      if (its.hasRow()) {
        report.write(unit, its);
      }
      tally.add(its);
      range.pass(head);
      settled++;
    }
    return settled;
  }

  /** Whether the run should stop since so much failed. */
  synchronized boolean failsTooOften() {
    return tally.failsTooOften(limits.failedShare(), limits.failedFrom());
  }

  /** Whether every range was read to its end, and every unit of it is written down. */
  synchronized boolean isFinished() {
    return ranges.stream().allMatch(range -> range.state().finished());
  }

  synchronized Counts counts() {
    return tally.counts();
  }

  /** Writes down how far the run is. The disk is waited for while units are written down. */
  void checkpoint() throws IOException {
    RunState reached;
    synchronized (this) {
      long reportBytes = report.flush();
      List<RunState.Range> positions = ranges.stream().map(RangeProgress::state).toList();
      reached = RunState.of(run, positions, reportBytes, tally.counts());
    }
    report.sync(); // rows first: a position says that they are there
    reached.write(state);
  }

  @Override
  public synchronized void close() throws IOException {
    report.close();
  }
}
