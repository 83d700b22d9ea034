package io.claviger.service;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks for due deletions at an interval, on one daemon thread, while the service runs. The
 * deadline stands in the key's record, so it outlives any process; several sweepers do no harm.
 *
 * <p>Threads: start and stop under the life cycle lock of the service.
 */
final class DeletionSweeper {
  private static final Logger LOG = LoggerFactory.getLogger(DeletionSweeper.class);

  private final KmsManager manager;
  private final Duration interval;
  private @Nullable ScheduledExecutorService thread;

  DeletionSweeper(KmsManager manager, Duration interval) {
    this.manager = manager;
    this.interval = interval;
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
    fresh.scheduleWithFixedDelay(this::sweep, nanos, nanos, TimeUnit.NANOSECONDS);
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
    } catch (RuntimeException e) {
      LOG.warn("looking for due deletions failed, trying again in {}", interval, e);
    }
  }
}
