package io.claviger.bulk.spark;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.claviger.bulk.ClientSource;
import io.claviger.bulk.Counts;
import io.claviger.bulk.Limits;
import io.claviger.bulk.Plan;
import io.claviger.bulk.RunEnd;
import io.claviger.bulk.RunResult;
import io.claviger.bulk.UnitRange;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/**
 * A run by a cluster, as its driver sees it.
 *
 * <p>1. The source is cut into ranges, once for a folder. 2. A task works on each range, and says
 * which pieces of it count. 3. The driver writes these down: that one file is the commit point.
 */
final class ClusterRun {
  /** More ranges than tasks at the same time, since ranges differ in size. */
  private static final int RANGES_PER_TASK = 8;

  private final Cluster cluster;
  private final ClientSource clients;
  private final int wantedRanges;
  private final PieceSize most;

  /** What was begun in a folder. */
  record Begun(
      @JsonProperty("run") String run, @JsonProperty("ranges") ArrayList<UnitRange> ranges) {}

  /** What counts of it; the last of its kind. */
  record Ended(
      @JsonProperty("run") String run,
      @JsonProperty("stopped") String stopped,
      @JsonProperty("pieces") List<String> pieces) {}

  /** How a run ended, and the pieces with rows. */
  record Report(RunResult result, List<String> withRows) {}

  /**
   * @param wantedRanges 0 for as many as suit the cluster
   */
  ClusterRun(Cluster cluster, ClientSource clients, int wantedRanges, PieceSize most) {
    this.cluster = cluster;
    this.clients = clients;
    this.wantedRanges = wantedRanges;
    this.most = most;
  }

  Report carryOut(Plan plan, String folder) throws IOException {
    Instant begun = Instant.now();
    RunFolder shared = new RunFolder(folder, cluster.hadoop());
    String name = plan.job().name() + " of " + plan.source().name();
    ArrayList<UnitRange> ranges = ranges(shared, plan, name, folder);
    TwinJob job = // stores say when an object was put in whole seconds
        new TwinJob(plan.job().sharedSince(begun.truncatedTo(ChronoUnit.SECONDS)));
    Plan ofTask = new Plan(plan.source(), job, ofTask(plan.limits()));
    HashSet<String> counted =
        new HashSet<>(
            shared.read(RunFolder.RESULT, Ended.class).map(Ended::pieces).orElse(List.of()));
    RangeTask task = new RangeTask(clients, ofTask, ranges, folder, counted, most);
    List<RangeResult> results = new ArrayList<>();
    for (String each : cluster.run(ranges.size(), task)) {
      results.add(RunFolder.parse(each, RangeResult.class));
    }
    Report report = report(results, begun);
    List<String> pieces = results.stream().flatMap(r -> r.pieces().keySet().stream()).toList();
    shared.write(RunFolder.RESULT, new Ended(name, report.result().stopped(), pieces));
    return report;
  }

  private ArrayList<UnitRange> ranges(RunFolder shared, Plan plan, String name, String folder)
      throws IOException {
    Begun before = shared.read(RunFolder.RUN, Begun.class).orElse(null);
    if (before != null && !before.run().equals(name)) {
      throw new IOException(
          "%s is the folder of another run: \"%s\", and this one is \"%s\". Name another folder"
              .formatted(folder, before.run(), name));
    }
    if (before != null) {
      return before.ranges();
    }
    int wanted = wantedRanges > 0 ? wantedRanges : RANGES_PER_TASK * cluster.tasksAtOnce();
    String split = cluster.run(1, new SplitTask(clients, plan.source(), wanted)).get(0);
    ArrayList<UnitRange> ranges =
        new ArrayList<>(Arrays.asList(RunFolder.parse(split, UnitRange[].class)));
    shared.write(RunFolder.RUN, new Begun(name, ranges));
    return ranges;
  }

  /** Rates are those of the whole run, and no task knows of the others. */
  private Limits ofTask(Limits limits) {
    return limits.rates(share(limits.storeRequestsPerSecond()), share(limits.keyCallsPerSecond()));
  }

  private int share(int perSecond) {
    return perSecond == 0 ? 0 : Math.max(1, perSecond / Math.max(1, cluster.tasksAtOnce()));
  }

  private static Report report(List<RangeResult> results, Instant begun) {
    Counts counts = Counts.NONE;
    List<String> withRows = new ArrayList<>();
    for (RangeResult range : results) {
      for (Map.Entry<String, Piece> each : range.pieces().entrySet()) {
        counts = counts.plus(each.getValue().counts());
        if (each.getValue().hasRows()) {
          withRows.add(each.getKey());
        }
      }
    }
    List<RangeResult> stopped =
        results.stream().filter(range -> range.end() != RunEnd.COMPLETE).toList();
    RunEnd end = stopped.isEmpty() ? RunEnd.COMPLETE : stopped.get(0).end();
    String why =
        stopped.isEmpty()
            ? ""
            : "%d of %d ranges are not at their end. Start it again with the same folder to go on. The first: %s"
                .formatted(stopped.size(), results.size(), stopped.get(0).stopped());
    RunResult result =
        new RunResult(
            counts,
            results.stream().mapToLong(RangeResult::storeRequests).sum(),
            results.stream().mapToLong(RangeResult::keyCalls).sum(),
            end,
            why,
            Duration.between(begun, Instant.now()));
    return new Report(result, withRows);
  }
}
