package io.claviger.s3.internal.stored;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Requests that are made at once take a bounded number of threads. */
class TogetherTest {
  private static int threadsNamed(String name) {
    return (int)
        Thread.getAllStackTraces().keySet().stream().filter(t -> t.getName().equals(name)).count();
  }

  @Test
  void headersThatAreReadTogetherTakeABoundedNumberOfThreads() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    AtomicInteger done = new AtomicInteger();
    Runnable work =
        () -> {
          try {
            go.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          done.incrementAndGet();
        };
    List<Thread> callers = new ArrayList<>();
    for (int i = 0; i < 3 * Together.MOST_THREADS; i++) {
      Thread caller = new Thread(() -> Together.run(List.of(work, work)));
      caller.start();
      callers.add(caller);
    }
    while (threadsNamed("claviger-s3-layout") < Together.MOST_THREADS) {
      Thread.onSpinWait();
    }
    go.countDown();
    for (Thread caller : callers) {
      caller.join();
    }
    assertThat(done).hasValue(6 * Together.MOST_THREADS);
    assertThat(threadsNamed("claviger-s3-layout")).isLessThanOrEqualTo(Together.MOST_THREADS);
  }
}
