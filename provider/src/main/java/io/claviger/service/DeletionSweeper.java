package io.claviger.service;

import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks for due deletions a minute after the start and at an interval, on one daemon thread, while
 * the service runs. The deadline is in the key's record, so it outlives any process; several
 * sweepers do no harm.
 *
 * <p>Threads: start and stop under the life cycle lock of the service.
 */
final class DeletionSweeper {
  /** So that a process that lives shorter than the interval carries them out too. */
  private static final Duration LATEST_FIRST = Duration.ofMinutes(1);

  private static final Logger LOG = LoggerFactory.getLogger(DeletionSweeper.class);

  private final KmsManager manager;
  private final Duration interval;
  private final Overdue overdue;
  private @Nullable ScheduledExecutorService thread;

  DeletionSweeper(KmsManager manager, Duration interval, Overdue overdue) {
    this.manager = manager;
    this.interval = interval;
    this.overdue = overdue;
  }

  void start() {
    if (thread != null || interval.isZero()) {
      return;
    }
    ScheduledExecutorService fresh =
        Executors.newSingleThreadScheduledExecutor(
            work -> {
              Thread made = new Thread(work, "claviger-deletion-sweeper");
              made.setDaemon(true);
              return made;
            });
    long nanos = interval.toNanos();
    long first = Math.min(nanos, LATEST_FIRST.toNanos());
    fresh.scheduleWithFixedDelay(this::sweep, first, nanos, TimeUnit.NANOSECONDS);
    thread = fresh;
  }

  void stop() {
    if (thread != null) {
      thread.shutdown();
      thread = null;
    }
  }

  private void sweep() {
    try {
      manager.destroyDueKeys();
    } catch (KmsException e) {
      if (e.kind() != ErrorKind.NOT_RUNNING) {
        overdue.sayNothingSeen(String.valueOf(e.getMessage()));
      }
    } catch (RuntimeException e) {
      LOG.warn("looking for due deletions failed, trying again in {}", interval, e);
    }
  }
}
