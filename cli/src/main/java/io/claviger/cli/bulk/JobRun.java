package io.claviger.cli.bulk;

import io.claviger.bulk.Clients;
import io.claviger.bulk.Counts;
import io.claviger.bulk.Estimate;
import io.claviger.bulk.Job;
import io.claviger.bulk.Outcome;
import io.claviger.bulk.Plan;
import io.claviger.bulk.Prices;
import io.claviger.bulk.Progress;
import io.claviger.bulk.RunEnd;
import io.claviger.bulk.RunListener;
import io.claviger.bulk.RunResult;
import io.claviger.bulk.run.BulkRunner;
import io.claviger.cli.object.Location;
import io.claviger.cli.object.Store;
import io.claviger.cli.shell.Cleanups;
import io.claviger.cli.shell.ExitCode;
import io.claviger.cli.shell.LocalFiles;
import io.claviger.cli.shell.Shell;
import io.claviger.cli.shell.Sizes;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.EncodingType;

/** Carries one job out, or says what it would cost, and shows what became of it. */
record JobRun(Shell shell, RunOptions options) {
  /** Units in work are finished after a signal; what takes longer is done again by the next run. */
  private static final long FINISH_SECONDS = 20;

  /** The row of a run that stopped before its end. */
  private static final Map<RunEnd, ExitCode> ENDS = new EnumMap<>(RunEnd.class);

  static {
    ENDS.put(RunEnd.COMPLETE, ExitCode.OK);
    ENDS.put(RunEnd.ASKED, ExitCode.NOT_CONFIRMED); // a signal, whose own status counts
    ENDS.put(RunEnd.STORE_AWAY, ExitCode.UNAVAILABLE);
    ENDS.put(RunEnd.KEYS_AWAY, ExitCode.UNAVAILABLE);
    ENDS.put(RunEnd.DENIED, ExitCode.DENIED);
    ENDS.put(RunEnd.NOT_FOUND, ExitCode.NOT_FOUND);
    ENDS.put(RunEnd.CONFIGURATION, ExitCode.CONFIGURATION);
    ENDS.put(RunEnd.SOURCE, ExitCode.REFUSED);
    ENDS.put(RunEnd.TOO_MANY_FAILED, ExitCode.FINDINGS);
    ENDS.put(RunEnd.FOLDER, ExitCode.LOCAL_FILE);
    ENDS.put(RunEnd.INTERNAL, ExitCode.INTERNAL);
  }

  /** Returns the row of a run that stopped so. */
  static ExitCode of(RunEnd end) {
    return ENDS.getOrDefault(end, ExitCode.INTERNAL);
  }

  int run(String name, Job job, Clients clients) throws IOException {
    Plan plan = new Plan(options.source(), job, options.limits());
    if (options.isDryRun()) {
      Prices prices = options.prices();
      requireBucket(clients);
      return show(BulkRunner.with(clients).estimate(plan), prices);
    }
    requireBucket(clients);
    Path folder = options.folder(name);
    RunResult result;
    CountDownLatch ended = new CountDownLatch(1);
    try (io.claviger.cli.shell.Progress line = shell.progress(name, -1)) {
      BulkRunner runner = BulkRunner.with(clients).listener(listener(line));
      try (Cleanups.Open stopping = Cleanups.register(() -> stop(runner, ended))) {
        try {
          result = run(runner, plan, folder);
          if (Cleanups.isEnding()) {
            line.close();
            shell.say(
                "ended by a signal after %d units; the same command goes on there"
                    .formatted(result.counts().units()));
          }
        } finally {
          ended.countDown(); // before stopping is closed, which waits for it
        }
        stopping.commit(() -> {});
      }
    }
    show(result, folder.resolve(BulkRunner.REPORT));
    if (!result.complete()) {
      shell.say("stopped: " + result.stopped());
      return of(result.end()).status();
    }
    return result.counts().of(Outcome.Status.FAILED) == 0
        ? ExitCode.OK.status()
        : ExitCode.FINDINGS.status();
  }

  /** A wrong name or endpoint is an error at once; a job would wait for the store to come back. */
  private void requireBucket(Clients clients) {
    Location place = options.place();
    Store.ask(
        place,
        () ->
            clients
                .stored()
                .listObjectsV2(
                    b ->
                        b.bucket(place.bucket())
                            .prefix(place.key())
                            .maxKeys(1)
                            .encodingType(EncodingType.URL)));
  }

  private static RunResult run(BulkRunner runner, Plan plan, Path folder) throws IOException {
    try {
      return runner.run(plan, folder);
    } catch (IOException e) {
      if (e instanceof FileSystemException
          || String.valueOf(e.getMessage()).contains(folder.toString())) {
        throw e; // says of which file
      }
      throw LocalFiles.unwritable(folder.toString(), e);
    }
  }

  private RunListener listener(io.claviger.cli.shell.Progress line) {
    return new RunListener() {
      private final AtomicBoolean waiting = new AtomicBoolean();

      @Override
      public void progress(Progress now) {
        boolean goesOn = now.waitingFor().isEmpty();
        line.show(
            goesOn ? "%s, %.0f/s".formatted(now.counts(), now.unitsPerSecond()) : now.waitingFor());
        if (goesOn) {
          waiting.set(false);
        }
      }

      /** Once an outage: a log of a run in a pipe shows why nothing happens. */
      @Override
      public void waiting(String job, String what) {
        boolean said = shell.terminal().err() || Cleanups.isEnding();
        if (!said && waiting.compareAndSet(false, true)) {
          shell.say("waiting: " + what);
        }
      }
    };
  }

  private static void stop(BulkRunner runner, CountDownLatch ended) {
    runner.stop();
    try {
      ended.await(FINISH_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void show(RunResult result, Path report) {
    Counts counts = result.counts();
    Map<String, Long> statuses = new LinkedHashMap<>();
    for (Outcome.Status status : Outcome.Status.values()) {
      statuses.put(status.name().toLowerCase(Locale.ROOT), counts.of(status));
    }
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("complete", result.complete());
    data.put("end", result.end().name());
    data.put("stopped", result.stopped());
    data.put("units", counts.units());
    data.put("statuses", statuses);
    data.put("codes", counts.byCode());
    data.put("keys", counts.byGroup());
    data.put("storeRequests", result.storeRequests());
    data.put("keyCalls", result.keyCalls());
    data.put("report", report.toString());
    shell.result(data, out -> print(counts, report, out));
  }

  private static void print(Counts counts, Path report, PrintStream out) {
    out.println(counts);
    counts.byGroup().forEach((key, count) -> out.printf("  key %s: %d%n", key, count));
    counts.byCode().forEach((code, count) -> out.printf("  %s: %d%n", code, count));
    long rows =
        counts.units() - counts.of(Outcome.Status.DONE) - counts.of(Outcome.Status.ALREADY_SO);
    if (rows > 0) {
      out.printf("rows of %s, one for each that is not done: %d%n", report, rows);
    }
  }

  private int show(Estimate estimate, @Nullable Prices prices) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("units", estimate.units());
    data.put("storedBytes", estimate.storedBytes());
    data.put("reads", estimate.cost().reads());
    data.put("writes", estimate.cost().writes());
    data.put("keyCalls", estimate.cost().keyCalls());
    data.put("readBytes", estimate.cost().readBytes());
    data.put("price", prices == null ? null : prices.of(estimate.cost()).toString());
    shell.result(
        data,
        out -> {
          out.printf(
              "%d objects, %s stored%n", estimate.units(), Sizes.shortText(estimate.storedBytes()));
          out.printf(
              "at most %d reads, %d writes and listings, %d calls of the key service, %s read%n",
              estimate.cost().reads(),
              estimate.cost().writes(),
              estimate.cost().keyCalls(),
              Sizes.shortText(estimate.cost().readBytes()));
          if (prices != null) {
            out.println("price: " + prices.of(estimate.cost()));
          }
        });
    return ExitCode.OK.status();
  }
}
