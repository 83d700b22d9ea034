package io.claviger.bulk.spark;

import io.claviger.bulk.ClientSource;
import io.claviger.bulk.Clients;
import io.claviger.bulk.Counts;
import io.claviger.bulk.Limits;
import io.claviger.bulk.Plan;
import io.claviger.bulk.RunEnd;
import io.claviger.bulk.RunResult;
import io.claviger.bulk.UnitRange;
import io.claviger.bulk.run.BulkRunner;
import io.claviger.bulk.run.RangeState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.jspecify.annotations.Nullable;

/**
 * Works on one range of a run, piece by piece, with the threads of this process. It goes on behind
 * the pieces that are stored, whichever task stored them, and stores its own.
 *
 * @param clients how the process makes its clients
 * @param plan with limits for one task
 * @param ranges of the source
 * @param folder of the run
 * @param counted pieces that an earlier run wrote down as counting
 * @param most size of pieces
 */
record RangeTask(
    ClientSource clients,
    Plan plan,
    ArrayList<UnitRange> ranges,
    String folder,
    HashSet<String> counted,
    PieceSize most)
    implements Cluster.Task {
  private static final long serialVersionUID = 1L;

  @Override
  public String run(int index, Configuration conf) throws IOException {
    RunFolder shared = new RunFolder(folder, conf);
    Map<String, Piece> chain = shared.chain(index, counted);
    Piece head = null;
    for (Piece each : chain.values()) {
      head = each;
    }
    long storeRequests = 0;
    long keyCalls = 0;
    RunEnd end = RunEnd.COMPLETE;
    String stopped = "";
    while ((head == null || !head.last()) && stopped.isEmpty()) {
      Path own = Files.createTempDirectory("claviger-bulk-");
      try {
        String after = head == null ? null : head.upTo();
        PieceSource source = new PieceSource(plan.source(), ranges.get(index), after, most);
        RunResult result = work(source, own);
        end = result.end();
        stopped = result.stopped();
        storeRequests += result.storeRequests();
        keyCalls += result.keyCalls();
        String upTo = upTo(own);
        boolean last = result.complete() && source.isAtEnd();
        if (last || upTo != null) {
          head = Piece.of(after, upTo, last, result.counts());
          chain.put(shared.add(index, head, own.resolve(BulkRunner.REPORT)), head);
        }
      } finally {
        delete(own);
      }
    }
    return RunFolder.json(new RangeResult(chain, end, stopped, storeRequests, keyCalls));
  }

  /** A failure of this range is its own: the other ones go on. */
  private RunResult work(PieceSource source, Path own) throws IOException {
    Limits limits = plan.limits().threads(plan.limits().threads(), 1);
    try {
      return BulkRunner.with(Clients.once(clients)).run(new Plan(source, plan.job(), limits), own);
    } catch (RuntimeException e) {
      String why = "The run did not begin: " + e;
      return new RunResult(Counts.NONE, 0, 0, RunEnd.CONFIGURATION, why, Duration.ZERO);
    }
  }

  /** Returns up to where all units are counted, null if none is. */
  private static @Nullable String upTo(Path own) throws IOException {
    List<RangeState> states =
        Files.exists(own.resolve(BulkRunner.STATE)) ? BulkRunner.ranges(own) : List.of();
    return states.isEmpty() ? null : states.get(0).doneUpTo();
  }

  private static void delete(Path own) throws IOException {
    try (Stream<Path> all = Files.walk(own)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }
}
