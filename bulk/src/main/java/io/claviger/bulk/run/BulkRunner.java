package io.claviger.bulk.run;

import io.claviger.bulk.Clients;
import io.claviger.bulk.Counts;
import io.claviger.bulk.Estimate;
import io.claviger.bulk.Plan;
import io.claviger.bulk.RunEnd;
import io.claviger.bulk.RunListener;
import io.claviger.bulk.RunResult;
import io.claviger.bulk.UnitRange;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Carries plans out with threads of this process.
 *
 * <pre>{@code
 * Plan plan = new Plan(ListingSource.ofBucket("orders"), AuditJob.DEFAULT, Limits.DEFAULT);
 * RunResult result = BulkRunner.with(Clients.withoutKeys(s3)).run(plan, Path.of("audit-of-orders"));
 * }</pre>
 *
 * <p>Guarantees: a run that was killed at any instant goes on where it was, when it is started
 * again with the same folder; a unit is counted once, and the counts add up to what the source
 * gave; memory does not grow with the number of units. It waits while the store or the key service
 * is away, and stops by itself when too much fails.
 *
 * <p>Immutable but for {@link #stop}. Threads: safe, one run at a time for each folder. Blocking:
 * until the run ends; an interrupt ends it as {@link #stop} does.
 */
public final class BulkRunner {
  /** The rows of units that were not done, in the folder of a run. */
  public static final String REPORT = "report.csv";

  /** How far the run is, in its folder. */
  public static final String STATE = "state.json";

  private final Clients clients;
  private final RunListener listener;
  private final long expectedUnits;
  private final AtomicReference<@Nullable Run> running = new AtomicReference<>();

  private BulkRunner(Clients clients, RunListener listener, long expectedUnits) {
    this.clients = clients;
    this.listener = listener;
    this.expectedUnits = expectedUnits;
  }

  /** Returns a runner that works with {@code clients}. */
  public static BulkRunner with(Clients clients) {
    return new BulkRunner(clients, RunListener.NONE, 0);
  }

  /** Returns a runner that reports to {@code other}. */
  public BulkRunner listener(RunListener other) {
    return new BulkRunner(clients, other, expectedUnits);
  }

  /** Returns a runner that reports the time left of runs of about so many units. */
  public BulkRunner expecting(long units) {
    return new BulkRunner(clients, listener, units);
  }

  /**
   * Runs a plan, or goes on with it.
   *
   * @param folder holds {@value #REPORT} and {@value #STATE}; made if it is missing
   * @return how the run ended: also one that stopped has a result
   * @throws IOException if the folder cannot be written, or is of another run
   * @throws IllegalArgumentException if the job needs a client that is not there
   */
  public RunResult run(Plan plan, Path folder) throws IOException {
    Files.createDirectories(folder);
    String name = plan.job().name() + " of " + plan.source().name();
    Optional<RunState> before = RunState.read(folder.resolve(STATE));
    if (before.isPresent() && !before.get().run().equals(name)) {
      throw new IOException(
          "%s is the folder of another run: \"%s\", and this one is \"%s\". Name another folder"
              .formatted(folder, before.get().run(), name));
    }
    Run run = new Run(plan, clients, listener, expectedUnits);
    running.set(run);
    try {
      RunState start = before.orElse(null);
      if (start == null) {
        List<RunState.Range> ranges = run.split();
        if (ranges.isEmpty()) {
          return run.result(Counts.NONE);
        }
        start = RunState.of(name, ranges, 0, Counts.NONE);
      }
      try (Ledger ledger = new Ledger(name, folder, start, plan.limits())) {
        return run.carryOut(ledger);
      }
    } finally {
      running.set(null);
    }
  }

  /**
   * Returns how far the run of a folder is, for each range that it was cut into.
   *
   * @throws IOException if the folder holds no state, or it cannot be read
   */
  public static List<RangeState> ranges(Path folder) throws IOException {
    Path file = folder.resolve(STATE);
    RunState state =
        RunState.read(file)
            .orElseThrow(() -> new IOException("%s is missing: no run began".formatted(file)));
    return state.ranges().stream()
        .map(
            range ->
                new RangeState(
                    new UnitRange(range.after(), range.upTo()), range.doneUpTo(), range.finished()))
        .toList();
  }

  /**
   * Reads the source and adds up what the plan would cost. Sends nothing but listings.
   *
   * @throws software.amazon.awssdk.core.exception.SdkException as the store answers
   */
  public Estimate estimate(Plan plan) {
    return new Estimating(plan, clients).run();
  }

  /**
   * Ends the run in progress, if there is one: units in work are finished, and how far it is is
   * written down. Does not wait. For the signals of a process.
   */
  public void stop() {
    Run run = running.get();
    if (run != null) {
      run.stop(RunEnd.ASKED, "it was asked to. Start it again with the same folder to go on");
    }
  }
}
