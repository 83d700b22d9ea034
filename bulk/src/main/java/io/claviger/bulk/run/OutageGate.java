package io.claviger.bulk.run;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Where everybody waits while a store or key service is away, until a request succeeds again: the
 * pause doubles with each failure in a row. An object that fails alone pauses the run for moments
 * only, since others succeed.
 *
 * <p>Threads: safe. Blocking: {@link #pass}, {@link #rest}.
 */
final class OutageGate {
  private static final long FIRST_PAUSE = TimeUnit.MILLISECONDS.toNanos(50);
  private static final long LONGEST_PAUSE = TimeUnit.SECONDS.toNanos(2);
  private static final int DOUBLINGS = 6;

  /** A unit that failed so often, while so many others did not for each time, fails alone. */
  private static final int ATTEMPTS_ALONE = 5;

  private static final int OTHERS_FOR_EACH = 20;

  private final long patience;
  private long pause;
  private long pausedUntil;
  private long awaySince;
  private long successes;
  private boolean stopped;
  private String waitingFor = "";

  OutageGate(Duration patience) {
    this.patience = patience.toNanos();
  }

  /** Waits for the end of a pause; returns at once when the run stops. */
  synchronized void pass() {
    while (pause > 0 && !stopped && waited(pausedUntil)) {
      continue;
    }
  }

  /** Waits as long as the one whose request failed {@code attempt} times should. */
  synchronized void rest(int attempt) {
    long until =
        System.nanoTime() + Math.min(FIRST_PAUSE << Math.min(attempt, DOUBLINGS), LONGEST_PAUSE);
    while (!stopped && waited(until)) {
      continue;
    }
  }

  /** Waits for a change, at most until then; returns whether there is time left. */
  private boolean waited(long until) {
    long left = until - System.nanoTime();
    if (left <= 0) {
      return false;
    }
    try {
      TimeUnit.NANOSECONDS.timedWait(this, left);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** A request was answered. */
  synchronized void succeeded() {
    successes++;
    if (pause > 0) {
      pause = 0;
      waitingFor = "";
      notifyAll();
    }
  }

  /**
   * A request failed since the other side is away.
   *
   * @return whether it should be waited for any longer
   */
  synchronized boolean away(String what) {
    long now = System.nanoTime();
    if (pause == 0) {
      awaySince = now;
      pause = FIRST_PAUSE;
      pausedUntil = now + pause;
    } else if (now - pausedUntil >= 0) {
      pause = Math.min(2 * pause, LONGEST_PAUSE);
      pausedUntil = now + pause;
    }
    waitingFor = what;
    return now - awaySince <= patience;
  }

  /**
   * Whether a unit that failed {@code attempts} times fails alone: so many others succeeded since
   * {@code before} that the other side is not away.
   */
  synchronized boolean failsAlone(int attempts, long before) {
    return attempts >= ATTEMPTS_ALONE && successes - before >= (long) OTHERS_FOR_EACH * attempts;
  }

  /** Returns how many requests were answered so far. */
  synchronized long successes() {
    return successes;
  }

  /** Returns what is waited for, empty for nothing. */
  synchronized String waitingFor() {
    return waitingFor;
  }

  /** Lets everybody go. */
  synchronized void stop() {
    stopped = true;
    notifyAll();
  }
}
