package io.claviger.service;

import io.claviger.config.KmsConfig;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsException;
import io.claviger.service.CircuitBreaker.Admitted;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How a backend is called: at most {@value #MAX_IN_FLIGHT} calls at once, a circuit breaker for
 * changes and another one for everything else, and for operations that change nothing a repetition
 * of retryable failures, with pauses of 100 ms doubling to 2 s, each shortened at random by up to a
 * half.
 *
 * <p>A mutating operation is never sent twice: its first outcome may be unknown. The total deadline
 * is the time-out of one attempt times the number of attempts, of which the first attempt counts as
 * one, so that a call that succeeds reads no clock; no attempt begins after it.
 *
 * <p>A call that changes nothing, of a key that the backend remembers, needs nobody to answer:
 * where a breaker refuses others or all places are taken it goes through, and counts nowhere.
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
  private final CircuitBreaker changes;
  private final CircuitBreaker reads;
  private final RetryListener listener;
  private final Predicate<String> isRemembered;
  private final Semaphore places = new Semaphore(MAX_IN_FLIGHT);

  /**
   * Makes the policy of one backend.
   *
   * @param isRemembered whether the backend serves a key from memory, at this moment
   */
  CallPolicy(
      KmsConfig config,
      ServiceSettings settings,
      RetryListener listener,
      Predicate<String> isRemembered) {
    this.attempts = config.retryAttempts();
    this.attemptTimeout = config.timeout();
    this.repeatNanos = config.timeout().toNanos() * (config.retryAttempts() - 1);
    this.settings = settings;
    this.changes = new CircuitBreaker("changes", settings.nanoTime);
    this.reads = new CircuitBreaker("calls", settings.nanoTime);
    this.listener = listener;
    this.isRemembered = isRemembered;
  }

  /**
   * Carries out {@code attempt} under this policy and returns its answer.
   *
   * @param keyId the key that it uses, or null when that is not known
   */
  <T> T call(Operation operation, @Nullable String keyId, Supplier<T> attempt) {
    return operation.isChange()
        ? once(changes.admit(), null, attempt)
        : retry(operation, keyId, attempt);
  }

  /** Carries out a look that changes nothing, without a repetition. */
  <T> T callOnce(String keyId, Supplier<T> attempt) {
    return once(admit(keyId), keyId, attempt);
  }

  /** Returns null for a call that says nothing of the backend. */
  private @Nullable Admitted admit(@Nullable String keyId) {
    return reads.isOpen() && isRemembered(keyId) ? null : reads.admit();
  }

  private boolean isRemembered(@Nullable String keyId) {
    try {
      return keyId != null && isRemembered.test(keyId);
    } catch (KmsException e) {
      return false; // a backend of somebody's own that asks for it: it was not to be asked
    }
  }

  private <T> T retry(Operation operation, @Nullable String keyId, Supplier<T> attempt) {
    long firstFailed = 0;
    Duration pause = FIRST_PAUSE;
    for (int number = 1; ; number++) {
      Admitted admitted = admit(keyId); // an open breaker ends the call at once
      try {
        return once(admitted, keyId, attempt);
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
   * Carries out a health check: once, also while a circuit breaker is open. Success closes both; a
   * failure counts in neither, since a health check asks for more than a call may need.
   */
  void probe(Runnable check) {
    takePlace();
    try {
      check.run();
    } finally {
      places.release();
    }
    reads.reset();
    changes.reset();
  }

  /**
   * The breaker was asked first: during an outage nobody waits for a place.
   *
   * @param keyId of a call that changes nothing, else null
   */
  private <T> T once(@Nullable Admitted admitted, @Nullable String keyId, Supplier<T> attempt) {
    boolean answered = false;
    KmsException silence = null;
    try {
      boolean placed = places.tryAcquire();
      if (!placed && !isRemembered(keyId)) {
        takePlace();
        placed = true;
      }
      try {
        T answer = attempt.get();
        answered = true;
        return answer;
      } catch (KmsException e) {
        silence = isSilence(e) ? e : null;
        answered = isRefusal(e);
        throw e;
      } finally {
        if (placed) {
          places.release();
        }
      }
    } finally {
      end(admitted, answered, silence);
    }
  }

  private static void end(
      @Nullable Admitted admitted, boolean answered, @Nullable KmsException silence) {
    if (admitted == null) {
      return;
    }
    if (answered) {
      admitted.answered();
    } else if (silence != null) {
      admitted.failed(silence);
    } else {
      admitted.saysNothing();
    }
  }

  /** A caller that interrupts its own call says nothing about the backend. */
  private static boolean isSilence(KmsException e) {
    return (e.kind() == ErrorKind.UNAVAILABLE || e.kind() == ErrorKind.TIMED_OUT)
        && !(e.getCause() instanceof InterruptedException)
        && !Thread.currentThread().isInterrupted();
  }

  /** Whether the backend answered: what it stores, knows or forbids was looked at. */
  private static boolean isRefusal(KmsException e) {
    return switch (e.kind()) {
      case KEY_NOT_FOUND,
          KEY_ALREADY_EXISTS,
          INVALID_KEY_STATE,
          CORRUPT_RECORD,
          NOT_AUTHENTIC,
          RATE_LIMITED,
          ACCESS_DENIED,
          INVALID_CONFIGURATION ->
          true;
      default -> false;
    };
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
