package io.claviger.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsException;
import io.claviger.service.CircuitBreaker.Admitted;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** How many calls hang at a backend that is silent, and what their ends mean. */
class CircuitBreakerProbesTest {
  private final AtomicLong nanos = new AtomicLong();
  private final CircuitBreaker breaker = new CircuitBreaker("calls", nanos::get);
  private final Deque<Admitted> probes = new ArrayDeque<>();

  private void open() {
    for (int i = 0; i < CircuitBreaker.FAILURES_TO_OPEN; i++) {
      breaker.admit().failed(TroubledFactory.down());
    }
    nanos.addAndGet(CircuitBreaker.FIRST_PROBE_AFTER.toNanos());
  }

  private void probe() {
    probes.add(breaker.admit());
    nanos.addAndGet(CircuitBreaker.PROBE_EVERY.toNanos());
  }

  private void assertNoneIsAdmitted() {
    KmsException e = catchThrowableOfType(KmsException.class, breaker::admit);
    assertThat(e.kind()).isEqualTo(ErrorKind.UNAVAILABLE);
    assertThat(e).hasMessageContaining("nothing was sent now");
  }

  @Test
  void thirtyProbesHangAndNoMore() {
    open();
    for (int i = 0; i < CircuitBreaker.MOST_PROBES; i++) {
      probe();
    }
    assertNoneIsAdmitted();
    probes.remove().saysNothing();
    probe();
    assertNoneIsAdmitted();
    probes.remove().failed(TroubledFactory.down());
    probe();
    assertNoneIsAdmitted();
  }

  @Test
  void anAnswerLetsAllThroughAndFailuresOfProbesBeforeItAreOld() {
    open();
    probe();
    probe();
    probes.remove().answered();
    for (int i = 0; i < CircuitBreaker.FAILURES_TO_OPEN - 1; i++) {
      breaker.admit().failed(TroubledFactory.down());
    }
    probes.remove().failed(TroubledFactory.down());
    breaker.admit().failed(TroubledFactory.down());
    assertNoneIsAdmitted();
  }
}
