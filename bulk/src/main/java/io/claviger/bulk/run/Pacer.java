package io.claviger.bulk.run;

import io.claviger.bulk.Pace;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** Counts requests, and spreads them evenly over each second where a rate is set. */
final class Pacer implements Pace {
  private static final long SECOND = 1_000_000_000L;

  private final Rate store;
  private final Rate keys;

  Pacer(int storeRequestsPerSecond, int keyCallsPerSecond) {
    this.store = new Rate(storeRequestsPerSecond);
    this.keys = new Rate(keyCallsPerSecond);
  }

  @Override
  public void beforeStore(int requests) {
    store.take(requests);
  }

  @Override
  public void beforeKeys(int calls) {
    keys.take(calls);
  }

  long storeRequests() {
    return store.taken.get();
  }

  long keyCalls() {
    return keys.taken.get();
  }

  /** The next free instant moves on by each request's share of a second. */
  private static final class Rate {
    private final long nanosEach;
    private final AtomicLong free = new AtomicLong(System.nanoTime());
    private final AtomicLong taken = new AtomicLong();

    Rate(int perSecond) {
      this.nanosEach = perSecond == 0 ? 0 : SECOND / perSecond;
    }

    void take(int count) {
      taken.addAndGet(count);
      if (nanosEach == 0) {
        return;
      }
      long now = System.nanoTime();
      long mine = free.getAndUpdate(next -> (next - now > 0 ? next : now) + count * nanosEach);
      while (mine - System.nanoTime() > 0 && !Thread.currentThread().isInterrupted()) {
        LockSupport.parkNanos(mine - System.nanoTime());
      }
    }
  }
}
