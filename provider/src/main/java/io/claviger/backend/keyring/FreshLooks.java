package io.claviger.backend.keyring;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.claviger.kms.KmsException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Looks at keys for requests that name a version which the remembered record lacks. Each request is
 * served by a look that began after it did. Those that wait share one, and one key is looked at no
 * more often than every {@link #INTERVAL}, so versions that somebody makes up cost little.
 *
 * <p>Threads: safe. Blocking: for the interval and for two looks at most.
 */
final class FreshLooks {
  static final Duration INTERVAL = Duration.ofMillis(20);

  private static final int MOST_KEYS = 1_000;

  private final Cache<String, Last> keys = Caffeine.newBuilder().maximumSize(MOST_KEYS).build();

  /** Looks at a key with {@code look}, or waits for the look of another; throws what it throws. */
  void look(String keyId, Runnable look) {
    long asked = System.nanoTime();
    keys.get(keyId, id -> new Last()).look(asked, look);
  }

  /** The last look at a key. */
  private static final class Last {
    private final ReentrantLock lock = new ReentrantLock();
    private boolean done;
    private long began;
    private long knownAt; // what the look said is true of then: when it began, or when it failed
    private @Nullable KmsException failure;

    void look(long asked, Runnable look) {
      lock.lock();
      try {
        if (!done || knownAt - asked < 0) {
          lookAgain(look);
        }
        if (failure != null) {
          throw failure;
        }
      } finally {
        lock.unlock();
      }
    }

    private void lookAgain(Runnable look) {
      if (done) {
        LockSupport.parkNanos(began + INTERVAL.toNanos() - System.nanoTime());
      }
      began = System.nanoTime();
      knownAt = began;
      failure = null;
      done = true;
      try {
        look.run();
      } catch (KmsException e) {
        failure = e;
        knownAt = System.nanoTime();
      }
    }
  }
}
