package io.claviger.s3.internal.stored;

import io.claviger.s3.internal.body.WorkerThreads;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import software.amazon.awssdk.core.exception.AbortedException;

/** Runs a few requests at the same time, on threads that keep no process alive. */
public final class Together {
  static final int MOST_THREADS = 64;

  private static final ExecutorService THREADS =
      WorkerThreads.pool("claviger-s3-layout", MOST_THREADS);

  private Together() {}

  /**
   * Runs all and waits for all; throws what the first in the list that failed threw.
   *
   * @throws AbortedException if the caller's thread is interrupted
   */
  static void run(List<Runnable> work) {
    if (work.size() == 1) {
      work.get(0).run();
      return;
    }
    List<Future<?>> running = new ArrayList<>();
    for (Runnable one : work) {
      running.add(THREADS.submit(one));
    }
    try {
      for (Future<?> one : running) {
        one.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw AbortedException.create("interrupted while parts of an object were looked for", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException("internal error: " + e.getMessage(), e);
    } finally {
      running.forEach(one -> one.cancel(true));
    }
  }
}
