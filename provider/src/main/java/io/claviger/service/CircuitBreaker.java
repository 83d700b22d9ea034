package io.claviger.service;

import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsException;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Spares a backend that does not answer, and the callers that wait for it: after {@value
 * #FAILURES_TO_OPEN} failures in a row calls fail at once, and one call is let through as a probe
 * after 500 ms and then every second. The first answer lets all through again, so calls work within
 * two seconds after an outage.
 *
 * <p>A probe does not wait for the one before: where a backend is silent instead of refusing, each
 * hangs until its time-out, and one that was sent before the outage ended says nothing about now.
 * For the same reason a failure counts only if its call was admitted after the last answer.
 *
 * <p>Threads: safe. Never blocks on I/O.
 */
final class CircuitBreaker {
  static final int FAILURES_TO_OPEN = 5;
  static final Duration FIRST_PROBE_AFTER = Duration.ofMillis(500);
  static final Duration PROBE_EVERY = Duration.ofSeconds(1);

  /** Most probes that hang at once; with the default time-out of 30 s no probe waits for it. */
  static final int MOST_PROBES = 30;

  private final String what;
  private final LongSupplier nanoTime;

  // failures and answers are written under the monitor and read without it on the good path.
  private volatile int failures;
  // The number of recoveries so far: a failure of a call that was admitted in an earlier one is
  // old.
  private volatile int recoveries;
  // The rest means something only while failures >= FAILURES_TO_OPEN.
  private long nextProbeNanos;
  private int probes;
  private @Nullable KmsException lastFailure;

  /**
   * Makes a closed breaker.
   *
   * @param what the calls that it guards, for its message
   */
  CircuitBreaker(String what, LongSupplier nanoTime) {
    this.what = what;
    this.nanoTime = nanoTime;
  }

  /** One call that was let through. Exactly one of its endings is called, once. */
  final class Admitted {
    private final int since;
    private final boolean probe;

    private Admitted(int since, boolean probe) {
      this.since = since;
      this.probe = probe;
    }

    /** The backend answered, be it with a refusal. */
    void answered() {
      if (failures == 0 && !probe) {
        return;
      }
      synchronized (CircuitBreaker.this) {
        close();
        failures = 0;
        recoveries++;
        lastFailure = null;
      }
    }

    /** The backend did not answer. */
    void failed(KmsException failure) {
      synchronized (CircuitBreaker.this) {
        close();
        if (since != recoveries) {
          return;
        }
        lastFailure = failure;
        failures = Math.min(failures + 1, Integer.MAX_VALUE - 1);
        if (failures == FAILURES_TO_OPEN) {
          nextProbeNanos = nanoTime.getAsLong() + FIRST_PROBE_AFTER.toNanos();
        }
      }
    }

    /**
     * The call ended for a reason of the caller or of Claviger itself: nothing is known of the
     * backend.
     */
    void saysNothing() {
      if (probe) {
        synchronized (CircuitBreaker.this) {
          close();
        }
      }
    }

    private void close() {
      if (probe) {
        probes--;
      }
    }
  }

  /**
   * Lets a call through.
   *
   * @throws KmsException of kind UNAVAILABLE while open
   */
  Admitted admit() {
    return failures < FAILURES_TO_OPEN ? new Admitted(recoveries, false) : probe();
  }

  private synchronized Admitted probe() {
    if (failures < FAILURES_TO_OPEN) {
      return new Admitted(recoveries, false);
    }
    long now = nanoTime.getAsLong();
    if (now - nextProbeNanos < 0 || probes >= MOST_PROBES) {
      throw KmsException.of(
          ErrorKind.UNAVAILABLE,
          "the key service did not answer %s %d times in a row and is asked again every second; nothing was sent now, and calls succeed again by themselves once it answers (last: %s)"
              .formatted(what, failures, lastFailure == null ? "" : lastFailure.getMessage()));
    }
    nextProbeNanos = now + PROBE_EVERY.toNanos();
    probes++;
    return new Admitted(recoveries, true);
  }

  /** Whether calls are refused now, but for probes. */
  boolean isOpen() {
    return failures >= FAILURES_TO_OPEN;
  }

  /** Lets calls through again: the backend proved by other means that it answers. */
  synchronized void reset() {
    if (failures != 0) {
      failures = 0;
      recoveries++;
      lastFailure = null;
    }
  }
}
