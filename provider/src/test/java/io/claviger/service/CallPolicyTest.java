package io.claviger.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.claviger.config.CustomConfig;
import io.claviger.config.KmsConfig;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class CallPolicyTest {
  private final AtomicLong nanos = new AtomicLong();
  private final List<Duration> pauses = new ArrayList<>();
  private final AtomicInteger sent = new AtomicInteger();

  private CallPolicy policy(int attempts, Duration timeout) {
    KmsConfig config =
        KmsConfig.builder(CustomConfig.of("memory"))
            .retryAttempts(attempts)
            .timeout(timeout)
            .build();
    ServiceSettings settings =
        ServiceSettings.builder()
            .nanoTime(nanos::get)
            .pause(
                time -> {
                  pauses.add(time);
                  nanos.addAndGet(time.toNanos());
                })
            .build();
    return new CallPolicy(config, settings, (operation, attempt, failure) -> {}, keyId -> false);
  }

  private String fail(ErrorKind kind) {
    sent.incrementAndGet();
    throw KmsException.of(kind, "as the test wants");
  }

  private static KmsException failure(ThrowingCallable call) {
    return catchThrowableOfType(KmsException.class, call);
  }

  @ParameterizedTest
  @EnumSource(ErrorKind.class)
  void onlyFailuresThatMayPassAreSentAgain(ErrorKind kind) {
    CallPolicy policy = policy(3, Duration.ofSeconds(30));
    KmsException e = failure(() -> policy.call(Operation.DECRYPT, null, () -> fail(kind)));
    assertThat(e.kind()).isEqualTo(kind);
    assertThat(sent).hasValue(kind.isRetryable() ? 3 : 1);
  }

  @ParameterizedTest
  @EnumSource(Operation.class)
  void aChangeIsSentOnce(Operation operation) {
    CallPolicy policy = policy(3, Duration.ofSeconds(30));
    failure(() -> policy.call(operation, null, () -> fail(ErrorKind.TIMED_OUT)));
    assertThat(sent).hasValue(operation.isChange() ? 1 : 3);
  }

  @Test
  void pausesDoubleToTwoSecondsWithJitterBelow() {
    CallPolicy policy = policy(10, Duration.ofSeconds(30));
    failure(() -> policy.call(Operation.DECRYPT, null, () -> fail(ErrorKind.RATE_LIMITED)));
    long[] most = {100, 200, 400, 800, 1600, 2000, 2000, 2000, 2000};
    assertThat(pauses).hasSize(most.length);
    for (int i = 0; i < most.length; i++) {
      assertThat(pauses.get(i).toMillis()).isBetween(most[i] / 2, most[i]);
    }
  }

  @Test
  void noAttemptBeginsAfterTheDeadline() {
    CallPolicy policy = policy(3, Duration.ofSeconds(2));
    failure(
        () ->
            policy.call(
                Operation.DECRYPT,
                null,
                () -> {
                  nanos.addAndGet(Duration.ofSeconds(4).toNanos());
                  return fail(ErrorKind.TIMED_OUT);
                }));
    assertThat(sent).as("3 attempts of 2 s are 6 s; the third would begin after 8 s").hasValue(2);
  }

  @ParameterizedTest
  @CsvSource({"0, 3", "1, 2"})
  void theLastAttemptMayBeginAtTheDeadlineAndNotANanosecondLater(long late, int attempts) {
    CallPolicy policy = policy(3, Duration.ofSeconds(2));
    long end = nanos.get() + Duration.ofSeconds(4).toNanos(); // behind the first attempt
    failure(
        () ->
            policy.call(
                Operation.DECRYPT,
                null,
                () -> {
                  if (sent.get() == 1) {
                    nanos.set(end - CallPolicy.FIRST_PAUSE.multipliedBy(2).toNanos() + late);
                  }
                  return fail(ErrorKind.TIMED_OUT);
                }));
    assertThat(sent).hasValue(attempts);
  }

  @Test
  void anInterruptEndsTheWaitAndStaysSet() {
    CallPolicy policy =
        new CallPolicy(
            KmsConfig.of(CustomConfig.of("memory")),
            ServiceSettings.builder().pause(time -> new CountDownLatch(1).await()).build(),
            (operation, attempt, failure) -> Thread.currentThread().interrupt(),
            keyId -> false);
    KmsException e =
        failure(() -> policy.call(Operation.DECRYPT, null, () -> fail(ErrorKind.UNAVAILABLE)));
    assertThat(Thread.interrupted()).isTrue();
    assertThat(e.kind()).isEqualTo(ErrorKind.TIMED_OUT);
    assertThat(e.getCause().getSuppressed()).as("the failure before").hasSize(1);
    assertThat(sent).hasValue(1);
  }

  @Test
  void moreThanSixtyFourCallsWaitAndAnInterruptEndsThatToo() throws Exception {
    CallPolicy policy = policy(1, Duration.ofSeconds(30));
    CountDownLatch inside = new CountDownLatch(CallPolicy.MAX_IN_FLIGHT);
    CountDownLatch release = new CountDownLatch(1);
    ExecutorService threads = Executors.newFixedThreadPool(CallPolicy.MAX_IN_FLIGHT);
    try {
      List<Future<String>> calls = new ArrayList<>();
      for (int i = 0; i < CallPolicy.MAX_IN_FLIGHT; i++) {
        calls.add(
            threads.submit(
                () ->
                    policy.call(
                        Operation.DECRYPT,
                        null,
                        () -> {
                          inside.countDown();
                          awaitUnchecked(release);
                          return "done";
                        })));
      }
      inside.await();
      Thread.currentThread().interrupt();
      KmsException e = failure(() -> policy.call(Operation.DECRYPT, null, () -> "never"));
      assertThat(Thread.interrupted()).isTrue();
      assertThat(e.kind()).isEqualTo(ErrorKind.TIMED_OUT);
      release.countDown();
      for (Future<String> call : calls) {
        assertThat(call.get()).isEqualTo("done");
      }
      assertThat(policy.call(Operation.DECRYPT, null, () -> "free again")).isEqualTo("free again");
    } finally {
      release.countDown();
      threads.shutdownNow();
    }
  }

  private static void awaitUnchecked(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
