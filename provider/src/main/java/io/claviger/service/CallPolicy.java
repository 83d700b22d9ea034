package io.claviger.service;

import io.claviger.config.KmsConfig;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * How a backend is called: at most {@value #MAX_IN_FLIGHT} calls at once, a circuit breaker, and
 * for operations that change nothing a repetition of failures that may pass, with pauses of 100 ms
 * doubling to 2 s, each shortened at random by up to a half.
 *
 * <p>A mutating operation is never sent twice: its first outcome may be unknown. The total deadline
 * is the time-out of one attempt times the number of attempts, of which the first attempt counts as
 * one, so that a call that succeeds reads no clock; no attempt begins after it.
 *
 * <p>Threads: safe. Blocks: waits for a free place and between attempts; an interrupt ends the wait
 * with TIMED_OUT, the flag set again.
 */
final class CallPolicy {
  static final int MAX_IN_FLIGHT = 64;
  static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

  /** Hears of attempts that are followed by another one. */
  @FunctionalInterface
  interface RetryListener {
    void retried(Operation operation, int attempt, ErrorKind failure);
  }

  private final int attempts;
  private final Duration attemptTimeout;
  private final long repeatNanos;
  private final ServiceSettings settings;
  private final CircuitBreaker breaker;
  private final RetryListener listener;
  private final Semaphore places = new Semaphore(MAX_IN_FLIGHT);

  CallPolicy(KmsConfig config, ServiceSettings settings, RetryListener listener) {
    this.attempts = config.retryAttempts();
    this.attemptTimeout = config.timeout();
    this.repeatNanos = config.timeout().toNanos() * (config.retryAttempts() - 1);
    this.settings = settings;
    this.breaker = new CircuitBreaker(settings.nanoTime);
    this.listener = listener;
  }

  /** Carries out {@code attempt} under this policy and returns its answer. */
  <T> T call(Operation operation, Supplier<T> attempt) {
    takePlace();
    try {
      return operation.mayBeSentAgain() ? retry(operation, attempt) : once(attempt);
    } finally {
      places.release();
    }
  }

  private <T> T retry(Operation operation, Supplier<T> attempt) {
    long firstFailed = 0;
    Duration pause = FIRST_PAUSE;
    for (int number = 1; ; number++) {
      try {
        return once(attempt);
      } catch (KmsException e) {
        long now = settings.nanoTime.getAsLong();
        firstFailed = number == 1 ? now : firstFailed;
        if (!e.isRetryable()
            || number >= attempts
            || now - firstFailed + pause.toNanos() > repeatNanos
            || Thread.currentThread().isInterrupted()) {
          throw e;
        }
        listener.retried(operation, number, e.kind());
        waitBetween(pause, e);
        pause = min(pause.multipliedBy(2), LONGEST_PAUSE);
      }
    }
  }

  /**
   * Carries out a health check: once, also while the circuit breaker is open, which its outcome
   * closes or keeps open.
   */
  <T> T probe(Supplier<T> attempt) {
    takePlace();
    try {
      return watched(attempt);
    } finally {
      places.release();
    }
  }

  private <T> T once(Supplier<T> attempt) {
    breaker.admit();
    return watched(attempt);
  }

  private <T> T watched(Supplier<T> attempt) {
    try {
      T answer = attempt.get();
      breaker.answered();
      return answer;
    } catch (KmsException e) {
      if (e.kind() == ErrorKind.UNAVAILABLE || e.kind() == ErrorKind.TIMED_OUT) {
        breaker.failed();
      } else {
        breaker.answered();
      }
      throw e;
    } catch (RuntimeException e) {
      breaker.failed();
      throw e;
    }
  }

  private void takePlace() {
    if (places.tryAcquire()) {
      return;
    }
    try {
      if (!places.tryAcquire(attemptTimeout.toNanos(), TimeUnit.NANOSECONDS)) {
        throw KmsException.of(
            ErrorKind.RATE_LIMITED,
            "%d calls to the backend are in flight and none ended within %d s; call less at once"
                .formatted(MAX_IN_FLIGHT, attemptTimeout.toSeconds()));
      }
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private void waitBetween(Duration pause, KmsException failure) {
    long most = pause.toMillis();
    long jittered = most - ThreadLocalRandom.current().nextLong(most / 2 + 1);
    try {
      settings.pause.sleep(Duration.ofMillis(jittered));
    } catch (InterruptedException e) {
      e.addSuppressed(failure);
      throw interrupted(e);
    }
  }

  static KmsException tooMany(Throwable cause) {
    return KmsException.of(
        ErrorKind.RATE_LIMITED, "the executor refuses more calls; call less at once", cause);
  }

  private static KmsException interrupted(InterruptedException cause) {
    Thread.currentThread().interrupt();
    return KmsException.of(
        ErrorKind.TIMED_OUT,
        "interrupted while waiting for the backend; nothing more was sent. Repeat the call",
        cause);
  }

  private static Duration min(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }
}
