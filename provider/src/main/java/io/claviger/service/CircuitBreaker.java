package io.claviger.service;

import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsException;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Spares a backend that does not answer: after {@value #FAILURES_TO_OPEN} failures in a row calls
 * fail at once for 30 s, then one probe goes through and decides.
 *
 * <p>Threads: safe. Never blocks on I/O.
 */
final class CircuitBreaker {
  static final int FAILURES_TO_OPEN = 5;
  static final Duration OPEN_TIME = Duration.ofSeconds(30);

  private final LongSupplier nanoTime;

  // Invariant: openedAtNanos means something only while failures >= FAILURES_TO_OPEN.
  // failures is written under the monitor and read without it on the good path.
  private volatile int failures;
  private long openedAtNanos;
  private boolean probing;

  CircuitBreaker(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /**
   * Lets a call through.
   *
   * @throws KmsException of kind UNAVAILABLE while open
   */
  void admit() {
    if (failures >= FAILURES_TO_OPEN) {
      admitProbe();
    }
  }

  private synchronized void admitProbe() {
    if (failures < FAILURES_TO_OPEN) {
      return;
    }
    long openFor = nanoTime.getAsLong() - openedAtNanos;
    if (probing || openFor < OPEN_TIME.toNanos()) {
      throw KmsException.of(
          ErrorKind.UNAVAILABLE,
          "the backend failed %d times in a row and is left alone for %d s; try again later"
              .formatted(failures, OPEN_TIME.toSeconds()));
    }
    probing = true;
  }

  /** Notes that the backend answered, be it with a refusal. */
  void answered() {
    if (failures != 0) {
      synchronized (this) {
        failures = 0;
        probing = false;
      }
    }
  }

  /** Notes that the backend did not answer. */
  synchronized void failed() {
    failures = Math.min(failures + 1, Integer.MAX_VALUE - 1);
    if (failures >= FAILURES_TO_OPEN) {
      openedAtNanos = nanoTime.getAsLong();
      probing = false;
    }
  }
}
