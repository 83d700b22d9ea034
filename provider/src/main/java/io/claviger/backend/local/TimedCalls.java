package io.claviger.backend.local;

import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * Calls of a disk, which may hang in the kernel where no interrupt reaches them, as on a network
 * mount that is gone: each runs on a thread of its own and is waited for no longer than the
 * time-out. So an interrupt of the caller does not cut a step of input or output off either.
 *
 * <p>Threads: safe. At most {@value #MOST_THREADS} calls hang at once; later ones wait for a thread
 * and end by their time-out too.
 */
final class TimedCalls implements AutoCloseable {
  /** How long a call that could do without the disk waits for it. */
  static final Duration PATIENCE = Duration.ofSeconds(2);

  /** The wait for a lock ends by the time-out, before the wait for the call that waits for it. */
  static final Duration GRACE = Duration.ofSeconds(1);

  private static final int MOST_THREADS = 16;
  private static final int FOR_LONG = 4;
  private static final long IDLE_SECONDS = 5;

  private final Object where;
  private final Duration timeout;
  private final ThreadPoolExecutor threads;

  /**
   * Makes no thread before the first call.
   *
   * @param where the folder, for messages
   * @param timeout longest wait for a call
   */
  TimedCalls(Object where, Duration timeout) {
    this.where = where;
    this.timeout = timeout;
    this.threads = daemons(MOST_THREADS, where);
  }

  /** A thread that {@link #daemons} made. */
  private static final class Daemon extends Thread {
    final Object owner;

    Daemon(Runnable work, Object owner) {
      super(work, "claviger-key-folder");
      this.owner = owner;
      setDaemon(true);
      setContextClassLoader(null); // an application's that starts one by its call is not held
    }
  }

  /** Returns an executor of up to {@code most} threads that end when idle and hold up no exit. */
  static ThreadPoolExecutor daemons(int most, Object owner) {
    ThreadPoolExecutor threads =
        new ThreadPoolExecutor(
            most,
            most,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(), // a caller takes its own out at its time-out
            work -> new Daemon(work, owner));
    threads.allowCoreThreadTimeOut(true);
    return threads;
  }

  /** Returns the time-out. */
  Duration timeout() {
    return timeout;
  }

  /** Carries {@code work} out and throws what it throws; UNAVAILABLE if it does not end. */
  <T> T call(Supplier<T> work) {
    return call(work, timeout.plus(GRACE));
  }

  /** Carries out a call that computes for long too: a slow machine is no disk that hangs. */
  <T> T callForLong(Supplier<T> work) {
    return call(work, timeout.multipliedBy(FOR_LONG));
  }

  private <T> T call(Supplier<T> work, Duration longest) {
    if (Thread.currentThread() instanceof Daemon mine && mine.owner == where) {
      return work.get(); // part of a call that is waited for
    }
    FutureTask<T> call = start(work);
    try {
      return answer(call, longest);
    } catch (TimeoutException e) {
      giveUp(call);
      throw Thread.currentThread().isInterrupted()
          ? KmsException.of(
              ErrorKind.TIMED_OUT,
              "interrupted while the key folder %s was read; nothing was changed".formatted(where),
              new InterruptedException())
          : hangs(longest);
    }
  }

  /** Begins a call that is waited for with {@link #answer}. */
  <T> FutureTask<T> start(Supplier<T> work) {
    FutureTask<T> call = new FutureTask<>(work::get);
    try {
      threads.execute(call);
    } catch (RejectedExecutionException e) {
      throw Root.closed();
    }
    return call;
  }

  /**
   * Waits for a call no longer than {@code longest} and throws what it throws. An interrupt leaves
   * it {@link #PATIENCE}, so that an interrupt does not stop the read of a disk that works.
   */
  <T> T answer(Future<T> call, Duration longest) throws TimeoutException {
    long deadline = System.nanoTime() + longest.toNanos();
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return call.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
          interrupted = true;
          deadline = Math.min(deadline, System.nanoTime() + PATIENCE.toNanos());
        }
      }
    } catch (CancellationException e) {
      throw new TimeoutException(); // given up by another thread that waited
    } catch (ExecutionException e) {
      throw thrown(e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /**
   * Carries {@code work} out on a thread of its own and waits for its end, however long that takes:
   * an interrupt, which would close a channel in the middle of it, is left for the caller to see.
   */
  static <T> T callUninterrupted(Supplier<T> work, Object owner) {
    FutureTask<T> call = new FutureTask<>(work::get);
    new Daemon(call, owner).start();
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return call.get();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } catch (ExecutionException e) {
      throw thrown(e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Returns what a call threw, as its caller would see it without another thread. */
  static RuntimeException thrown(ExecutionException e) {
    if (e.getCause() instanceof Error error) {
      throw error;
    }
    return e.getCause() instanceof RuntimeException known
        ? known
        : new IllegalStateException("internal error: a call of a key folder failed", e);
  }

  /** Gives a call up: it never begins if it waits for a thread. */
  void giveUp(FutureTask<?> call) {
    call.cancel(false);
    threads.remove(call);
  }

  KmsException hangs(Duration waited) {
    return KmsException.of(
        ErrorKind.UNAVAILABLE,
        "the key folder %s does not answer: a read hangs for %d s, as on a network mount that is gone. Keys that this process remembers go on working. Nothing was changed; repair the mount and repeat"
            .formatted(where, waited.toSeconds()));
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
