package io.claviger.s3.internal.body;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class WorkerThreadsTest {
  private final Set<Thread> used = ConcurrentHashMap.newKeySet();

  /** Every read of an asynchronous client would start another one, up to 64 of them. */
  @Test
  void oneTaskAfterTheOtherTakesOneThread() throws Exception {
    ExecutorService pool = WorkerThreads.pool("one-after-the-other", 8);
    for (int i = 0; i < 20; i++) {
      pool.submit(() -> used.add(Thread.currentThread())).get(2, TimeUnit.MINUTES);
      for (Thread thread : used) {
        awaitIdle(thread);
      }
    }
    assertThat(used).hasSize(1);
  }

  private static void awaitIdle(Thread thread) {
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
    while (thread.getState() != Thread.State.TIMED_WAITING && System.nanoTime() < end) {
      Thread.onSpinWait();
    }
    assertThat(thread.getState()).isEqualTo(Thread.State.TIMED_WAITING);
  }

  @Test
  void thereAreAsManyAsThereMayBeAndTheRestWaits() throws Exception {
    ExecutorService pool = WorkerThreads.pool("at-once", 3);
    CountDownLatch busy = new CountDownLatch(3);
    CountDownLatch go = new CountDownLatch(1);
    List<Future<?>> tasks = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      tasks.add(
          pool.submit(
              () -> {
                used.add(Thread.currentThread());
                busy.countDown();
                go.await();
                return null;
              }));
    }
    assertThat(busy.await(2, TimeUnit.MINUTES)).as("three at once").isTrue();
    assertThat(used).hasSize(3).allMatch(Thread::isDaemon);
    go.countDown();
    for (Future<?> task : tasks) {
      task.get(2, TimeUnit.MINUTES);
    }
    assertThat(used).hasSize(3);
  }
}
