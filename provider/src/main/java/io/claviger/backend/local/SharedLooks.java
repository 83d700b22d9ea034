package io.claviger.backend.local;

import java.time.Duration;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The looks at a folder that callers share: one at a time is under way, and who has something to go
 * on with does not wait for it.
 *
 * <p>Threads: safe. No monitor is held while files are read: they may hang.
 */
final class SharedLooks<T> {
  /** A look that is under way, when it began, and which callers wait for it. */
  private record Look<T>(FutureTask<T> answer, long nanos, Predicate<Thread> waits) {}

  private final TimedCalls calls;
  private final Supplier<T> look;
  private volatile boolean hangs; // a look did not end in time, and none ended since
  private @Nullable Look<T> underWay; // guarded by this

  SharedLooks(TimedCalls calls, Supplier<T> look) {
    this.calls = calls;
    this.look = look;
  }

  /** Notes that a look ended, one of these or another: the disk answers. */
  void ended() {
    hangs = false;
  }

  /**
   * Begins a look unless one is under way, and waits for it, no longer than {@link
   * TimedCalls#PATIENCE}; where {@code inUse}, only the caller that began it does, and nobody waits
   * for the looks after one that hangs.
   *
   * @param inUse whether what is known is young enough to go on with meanwhile
   * @throws TimeoutException if the look hangs
   */
  void await(boolean inUse) throws TimeoutException {
    Look<T> now = begin(inUse);
    if (now.waits().test(Thread.currentThread())) {
      long left = TimedCalls.PATIENCE.toNanos() - (System.nanoTime() - now.nanos());
      try {
        calls.answer(now.answer(), Duration.ofNanos(Math.max(0, left)));
      } catch (TimeoutException e) {
        hangs = true;
        throw e;
      }
    }
  }

  private synchronized Look<T> begin(boolean inUse) {
    Look<T> now = underWay;
    long nanos = System.nanoTime();
    if (now != null && nanos - now.nanos() > calls.timeout().toNanos()) {
      hangs |= !now.answer().isDone();
      calls.giveUp(now.answer()); // the next one may fare better
      now = null;
    }
    if (now == null || now.answer().isDone()) {
      Thread first = Thread.currentThread();
      Predicate<Thread> waits = hangs ? caller -> false : caller -> !inUse || caller == first;
      now = new Look<>(calls.start(look), nanos, waits);
      underWay = now;
    }
    return now;
  }
}
