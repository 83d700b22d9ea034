package io.claviger.bulk.run;

import io.claviger.bulk.Clients;
import io.claviger.bulk.Counts;
import io.claviger.bulk.JobWork;
import io.claviger.bulk.Limits;
import io.claviger.bulk.Outcome;
import io.claviger.bulk.Plan;
import io.claviger.bulk.Progress;
import io.claviger.bulk.RunEnd;
import io.claviger.bulk.RunListener;
import io.claviger.bulk.RunResult;
import io.claviger.bulk.Unit;
import io.claviger.bulk.UnitReader;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One run of a plan.
 *
 * <p>1. Listers take ranges and put their units into a short queue. 2. Workers take units and do
 * the job; what is away is waited for at the gate. 3. The ledger writes units down in the order of
 * their range. So many units at most are between 1 and 3: one that takes long holds those behind it
 * in its range, never more.
 */
final class Run {
  /**
   * One lister feeds so many workers and more: a request lists 1,000 units. Each further range
   * costs requests to find it, and ends in the middle of a page.
   */
  private static final int THREADS_PER_RANGE = 16;

  /** So that workers have units while the next page is listed. */
  private static final int QUEUED_PER_THREAD = 64;

  private static final int LEAST_WINDOW = 4_096;
  private static final int WINDOW_PER_THREAD = 64;

  private record Task(RangeProgress range, RangeProgress.Place place) {}

  /** Why it stopped before its end. */
  private record Stop(RunEnd end, String why) {}

  /** What a thread of the run does. */
  private interface Part {
    void run() throws InterruptedException;
  }

  /** No further task comes. Each worker leaves it to the next. */
  private static final Optional<Task> END = Optional.empty();

  private final Plan plan;
  private final Clients clients;
  private final RunListener listener;
  private final long expectedUnits;
  private final Pacer pacer;
  private final OutageGate gate;
  private final BlockingQueue<Optional<Task>> queue;
  private final Semaphore window;
  private final List<Thread> listers = new ArrayList<>();
  private final AtomicInteger listing;
  private final AtomicInteger nextRange = new AtomicInteger();
  private final AtomicReference<@Nullable Stop> stopped = new AtomicReference<>();
  private final long begun = System.nanoTime();

  Run(Plan plan, Clients clients, RunListener listener, long expectedUnits) {
    Limits limits = plan.limits();
    this.plan = plan;
    this.clients = clients;
    this.listener = listener;
    this.expectedUnits = expectedUnits;
    this.pacer = new Pacer(limits.storeRequestsPerSecond(), limits.keyCallsPerSecond());
    this.gate = new OutageGate(limits.patience());
    // emptied by a stop, it has room for a last task of each lister, their end and that of the stop
    this.queue =
        new ArrayBlockingQueue<>(limits.threads() * QUEUED_PER_THREAD + limits.listers() + 2);
    this.window = new Semaphore(Math.max(LEAST_WINDOW, limits.threads() * WINDOW_PER_THREAD));
    this.listing = new AtomicInteger(limits.listers());
  }

  /** Cuts the source into ranges; none if the run was stopped meanwhile. */
  List<RunState.Range> split() {
    Limits limits = plan.limits();
    int wanted = Math.min(limits.listers(), 1 + (limits.threads() - 1) / THREADS_PER_RANGE);
    return patiently(() -> plan.source().split(clients, pacer, wanted))
        .map(
            ranges ->
                ranges.stream()
                    .map(r -> new RunState.Range(r.after(), r.upTo(), null, false))
                    .toList())
        .orElse(List.of());
  }

  /** Works until the source is at its end or the run was stopped. */
  RunResult carryOut(Ledger ledger) throws IOException {
    ledger.checkpoint();
    long before = ledger.counts().units();
    Worker worker = new Worker(ledger, plan.job().begin(clients, pacer));
    Limits limits = plan.limits();
    CountDownLatch ended = new CountDownLatch(limits.listers() + limits.threads());
    synchronized (listers) {
      for (int i = 0; i < limits.listers(); i++) {
        listers.add(thread("lister-" + i, () -> list(ledger), ended));
      }
    }
    List<Thread> all = new ArrayList<>(listers);
    for (int i = 0; i < limits.threads(); i++) {
      all.add(thread("worker-" + i, worker::run, ended));
    }
    try {
      all.forEach(Thread::start);
      watch(ledger, ended, before);
    } finally {
      if (!ledger.isFinished()) {
        stop(
            RunEnd.INTERNAL,
            "its threads ended before its units. Start it again with the same folder to go on");
      }
    }
    return result(ledger.counts());
  }

  /** Returns a thread by whose failure, of whatever kind, the run stops. */
  private Thread thread(String name, Part part, CountDownLatch ended) {
    Thread thread =
        new Thread(
            () -> {
              try {
                part.run();
              } catch (InterruptedException e) {
                stop(RunEnd.ASKED, "its threads were interrupted");
              } catch (RuntimeException | Error e) {
                stop(Trouble.of(e));
              } finally {
                ended.countDown();
              }
            },
            "claviger-bulk-" + name);
    thread.setDaemon(true);
    return thread;
  }

  RunResult result(Counts counts) {
    Stop stop = stopped.get();
    return new RunResult(
        counts,
        pacer.storeRequests(),
        pacer.keyCalls(),
        stop == null ? RunEnd.COMPLETE : stop.end(),
        stop == null ? "" : stop.why(),
        Duration.ofNanos(System.nanoTime() - begun));
  }

  private void stop(Trouble trouble) {
    stop(trouble.end(), trouble.message());
  }

  /** The first reason counts. */
  void stop(RunEnd end, String why) {
    if (stopped.compareAndSet(null, new Stop(end, "The run stopped: " + why))) {
      gate.stop();
      queue.clear();
      queue.offer(END);
      synchronized (listers) {
        listers.forEach(Thread::interrupt); // they may wait for room
      }
    }
  }

  private boolean isStopped() {
    return stopped.get() != null;
  }

  /** Writes down how far the run is, again and again, until all threads have ended. */
  private void watch(Ledger ledger, CountDownLatch ended, long before) {
    boolean over = false;
    while (!over) {
      try {
        over = ended.await(plan.limits().checkpoint().toNanos(), TimeUnit.NANOSECONDS);
        ledger.checkpoint();
        Counts counts = ledger.counts();
        listener.progress(progress(counts, counts.units() - before));
      } catch (InterruptedException e) {
        stop(RunEnd.ASKED, "it was interrupted. Start it again with the same folder to go on");
      } catch (IOException e) {
        stop(RunEnd.FOLDER, unwritable(e));
      } catch (RuntimeException e) {
        stop(RunEnd.INTERNAL, "its listener failed: " + e);
      }
    }
  }

  private Progress progress(Counts counts, long ofThisRun) {
    double rate = ofThisRun * 1e9 / (System.nanoTime() - begun);
    long left = expectedUnits - counts.units();
    Optional<Duration> timeLeft =
        left > 0 && rate > 0
            ? Optional.of(Duration.ofSeconds((long) (left / rate)))
            : Optional.empty();
    return new Progress(
        counts, pacer.storeRequests(), pacer.keyCalls(), rate, timeLeft, gate.waitingFor());
  }

  private static String unwritable(IOException e) {
    return "its folder cannot be written (%s). Make room, and start it again with the same folder: it goes on with what was not written down"
        .formatted(e.getMessage());
  }

  private void list(Ledger ledger) throws InterruptedException {
    List<RangeProgress> ranges = ledger.ranges();
    try {
      for (int i = nextRange.getAndIncrement();
          i < ranges.size() && !isStopped();
          i = nextRange.getAndIncrement()) {
        if (!ranges.get(i).isListed()) {
          list(ranges.get(i));
        }
      }
    } finally {
      if (listing.decrementAndGet() == 0) {
        queue.put(END);
      }
    }
  }

  private void list(RangeProgress range) throws InterruptedException {
    String after = range.doneUpTo();
    try (UnitReader reader = plan.source().open(clients, pacer, range.range(), after)) {
      while (!isStopped()) {
        window.acquire();
        Optional<Unit> unit = patiently(() -> Optional.ofNullable(reader.next())).orElse(null);
        if (unit == null) {
          return; // stopped
        }
        if (unit.isEmpty()) {
          window.release();
          range.end();
          return;
        }
        RangeProgress.Place place = range.add(unit.get(), reader.position());
        queue.put(Optional.of(new Task(range, place)));
      }
    }
  }

  /** Returns what {@code reading} gives, however long its store is away; empty when stopped. */
  private <T> Optional<T> patiently(Supplier<T> reading) {
    for (int attempt = 1; !isStopped(); attempt++) {
      try {
        T read = reading.get();
        gate.succeeded();
        return Optional.of(read);
      } catch (RuntimeException e) {
        Trouble trouble = Trouble.of(e);
        if (trouble.kind() != Trouble.Kind.STORE_AWAY) {
          stop(trouble);
        } else {
          away(trouble, attempt);
        }
      }
    }
    return Optional.empty();
  }

  private void away(Trouble trouble, int attempt) {
    listener.waiting(plan.job().name(), trouble.message());
    if (!gate.away(trouble.message())) {
      stop(
          trouble.end(),
          "for %s nothing was answered: %s. Start it again with the same folder when it is back"
              .formatted(plan.limits().patience(), trouble.message()));
    }
    gate.rest(attempt);
  }

  /** What all workers do. */
  private final class Worker {
    private final Ledger ledger;
    private final JobWork work;
    private final RefusedCaller refused = new RefusedCaller(clients, pacer);

    Worker(Ledger ledger, JobWork work) {
      this.ledger = ledger;
      this.work = work;
    }

    void run() throws InterruptedException {
      for (Optional<Task> task = queue.take(); task.isPresent(); task = queue.take()) {
        if (!isStopped()) {
          one(task.get());
        }
      }
      queue.offer(END);
    }

    private void one(Task task) {
      Unit unit = task.place().unit;
      try {
        Outcome outcome = outcome(unit);
        if (outcome != null) {
          window.release(ledger.settle(task.range(), task.place(), outcome));
          if (ledger.failsTooOften()) {
            stop(
                RunEnd.TOO_MANY_FAILED,
                "more than %s of its units failed. Look at the report, and start it again with the same folder or other limits"
                    .formatted(percent(plan.limits().failedShare())));
          }
        }
      } catch (IOException e) {
        stop(RunEnd.FOLDER, unwritable(e));
      } catch (RuntimeException | Error e) {
        stop(RunEnd.INTERNAL, "internal error at %s: %s. Report it".formatted(unit, e));
      }
    }

    /** Returns what became of the unit, null when the run was stopped before. */
    private @Nullable Outcome outcome(Unit unit) {
      long answered = gate.successes();
      for (int attempt = 1; !isStopped(); attempt++) {
        gate.pass();
        long begins = System.nanoTime();
        Trouble trouble;
        try {
          Outcome outcome = work.apply(unit);
          gate.succeeded();
          Duration took = Duration.ofNanos(System.nanoTime() - begins);
          listener.finished(plan.job().name(), unit, outcome, took);
          return outcome;
        } catch (RuntimeException e) {
          trouble = refused.explained(Trouble.of(e), unit);
        }
        if (trouble.kind() == Trouble.Kind.STOP) {
          stop(trouble);
        } else if (trouble.kind() == Trouble.Kind.UNIT || gate.failsAlone(attempt, answered)) {
          return failed(unit, trouble, begins);
        } else {
          away(trouble, attempt);
        }
      }
      return null;
    }

    private Outcome failed(Unit unit, Trouble trouble, long begins) {
      if (trouble.kind() == Trouble.Kind.UNIT) {
        gate.succeeded();
      }
      Outcome outcome = Outcome.failed(trouble.code(), trouble.httpStatus(), trouble.message());
      Duration took = Duration.ofNanos(System.nanoTime() - begins);
      listener.finished(plan.job().name(), unit, outcome, took);
      return outcome;
    }
  }

  private static String percent(double share) {
    return "%s %%".formatted(Math.round(share * 1_000) / 10.0);
  }
}
