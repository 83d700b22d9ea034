package io.claviger.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.claviger.config.CustomConfig;
import io.claviger.config.KmsConfig;
import io.claviger.kms.BackendSettings;
import io.claviger.kms.EncryptionContext;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.GenerateDataKeyRequest;
import io.claviger.kms.KmsException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Outages of a backend as callers of the service see them, on a clock that the test sets. */
class CircuitBreakerTest {
  private static final EncryptionContext NONE = EncryptionContext.empty();

  private final TroubledFactory factory = new TroubledFactory(BackendSettings.DEFAULT);
  private final AtomicLong nanos = new AtomicLong();
  private final AtomicInteger asked = new AtomicInteger();
  private KmsServiceManager service = new KmsServiceManager();
  private KmsManager kms = service.manager();

  @BeforeEach
  void start() {
    service =
        new KmsServiceManager(
            ServiceSettings.builder()
                .backendFactory(factory)
                .nanoTime(nanos::get)
                .pause(time -> {})
                .sweepInterval(Duration.ZERO)
                .build());
    service.configure(
        KmsConfig.builder(CustomConfig.of(TroubledFactory.TYPE)).retryAttempts(1).build());
    service.start();
    kms = service.manager();
    kms.createKey("k");
  }

  @AfterEach
  void stop() {
    service.stop();
  }

  private void seal() {
    kms.generateDataKey(GenerateDataKeyRequest.of("k", NONE)).close();
  }

  private KmsException failure() {
    KmsException e = catchThrowableOfType(KmsException.class, this::seal);
    assertThat(e).isNotNull();
    return e;
  }

  private void pass(long millis) {
    nanos.addAndGet(Duration.ofMillis(millis).toNanos());
  }

  private void down(ErrorKind kind) {
    factory.before =
        operation -> {
          asked.incrementAndGet();
          throw KmsException.of(kind, "the network cable is out");
        };
  }

  private void up() {
    factory.before =
        operation -> {
          asked.incrementAndGet();
          return operation;
        };
  }

  private void open(ErrorKind kind) {
    down(kind);
    for (int i = 0; i < CircuitBreaker.FAILURES_TO_OPEN; i++) {
      failure();
    }
  }

  @Test
  void aProbeAfterHalfASecondThenEverySecondAndTheFirstAnswerLetsAllThrough() {
    open(ErrorKind.UNAVAILABLE);
    assertThat(asked).hasValue(5);
    pass(499);
    failure();
    assertThat(asked).as("left alone").hasValue(5);
    pass(1);
    failure();
    failure();
    assertThat(asked).as("one probe").hasValue(6);
    pass(999);
    failure();
    assertThat(asked).hasValue(6);
    pass(1);
    up();
    seal();
    seal();
    assertThat(asked).hasValue(8);
  }

  @Test
  void callersOfAMinuteWithoutBackendGetOneSentenceAndWorkAgainWithinTwoSeconds() {
    open(ErrorKind.TIMED_OUT);
    for (int second = 0; second < 60; second++) {
      pass(1_000);
      failure();
      KmsException e = failure();
      assertThat(e.kind()).isEqualTo(ErrorKind.UNAVAILABLE);
      assertThat(e)
          .hasMessage(
              "the key service did not answer calls %d times in a row and is asked again every second; nothing was sent now, and calls succeed again by themselves once it answers (last: the network cable is out)",
              6 + second);
    }
    up();
    pass(1_000);
    seal();
    seal();
  }

  @Test
  void aSilentProbeKeepsNobodyFromProbingAgainAndItsLateFailureIsOld() throws Exception {
    open(ErrorKind.TIMED_OUT);
    Deque<CountDownLatch> hanging = new ArrayDeque<>();
    ExecutorService threads = Executors.newCachedThreadPool();
    try {
      Deque<Future<KmsException>> probes = new ArrayDeque<>();
      for (int i = 0; i < CircuitBreaker.FAILURES_TO_OPEN; i++) {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        hanging.add(release);
        factory.before =
            operation -> {
              inside.countDown();
              await(release);
              throw KmsException.of(ErrorKind.TIMED_OUT, "sent before the outage ended");
            };
        pass(1_000);
        probes.add(threads.submit(this::failure));
        assertThat(inside.await(30, TimeUnit.SECONDS)).isTrue();
      }
      up();
      pass(1_000);
      seal();
      hanging.forEach(CountDownLatch::countDown);
      for (Future<KmsException> probe : probes) {
        assertThat(probe.get().kind()).isEqualTo(ErrorKind.TIMED_OUT);
      }
      seal();
    } finally {
      hanging.forEach(CountDownLatch::countDown);
      threads.shutdownNow();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void anErrorInTheProbeDoesNotLeaveItStuck() {
    open(ErrorKind.UNAVAILABLE);
    factory.before =
        operation -> {
          throw new StackOverflowError();
        };
    pass(1_000);
    assertThatThrownBy(this::seal).isInstanceOf(StackOverflowError.class);
    up();
    pass(1_000);
    seal();
    seal();
  }

  @Test
  void interruptedCallsDoNotCount() {
    factory.before =
        operation -> {
          Thread.currentThread().interrupt();
          throw KmsException.of(ErrorKind.TIMED_OUT, "interrupted", new InterruptedException());
        };
    for (int i = 0; i < 2 * CircuitBreaker.FAILURES_TO_OPEN; i++) {
      failure();
      assertThat(Thread.interrupted()).isTrue();
    }
    up();
    seal();
  }

  @Test
  void badRequestsAndDefectsDoNotCount() {
    for (ErrorKind kind : ErrorKind.values()) {
      if (kind == ErrorKind.UNAVAILABLE || kind == ErrorKind.TIMED_OUT) {
        continue;
      }
      down(kind);
      for (int i = 0; i < 2 * CircuitBreaker.FAILURES_TO_OPEN; i++) {
        assertThat(failure().kind()).isEqualTo(kind);
      }
    }
    factory.before =
        operation -> {
          throw new IllegalArgumentException("a defect");
        };
    for (int i = 0; i < 2 * CircuitBreaker.FAILURES_TO_OPEN; i++) {
      assertThatThrownBy(this::seal).isInstanceOf(IllegalArgumentException.class);
    }
    up();
    seal();
  }

  @Test
  void changesThatAreRefusedLeaveReadersAlone() {
    factory.before =
        operation -> {
          if (operation.equals("tagKey")) {
            throw KmsException.of(ErrorKind.UNAVAILABLE, "the disk is read-only");
          }
          return operation;
        };
    for (int i = 0; i < 2 * CircuitBreaker.FAILURES_TO_OPEN; i++) {
      assertThatThrownBy(() -> kms.tagKey("k", java.util.Map.of("a", "b")))
          .isInstanceOf(KmsException.class);
      seal();
    }
    assertThatThrownBy(() -> kms.tagKey("k", java.util.Map.of("a", "b")))
        .hasMessageContaining("did not answer changes 5 times");
  }

  @Test
  void aHealthCheckThatSucceedsClosesBothAndOneThatFailsOpensNone() {
    open(ErrorKind.UNAVAILABLE);
    up();
    assertThat(service.healthCheck().isRunning()).isTrue();
    seal();
    factory.before =
        operation -> {
          if (operation.equals("healthCheck")) {
            throw KmsException.of(ErrorKind.UNAVAILABLE, "cannot write");
          }
          return operation;
        };
    for (int i = 0; i < 2 * CircuitBreaker.FAILURES_TO_OPEN; i++) {
      assertThat(service.healthCheck().isRunning()).isFalse();
    }
    seal();
  }
}
