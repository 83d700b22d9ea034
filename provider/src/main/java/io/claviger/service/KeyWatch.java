package io.claviger.service;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.claviger.kms.KeyState;
import io.claviger.kms.KmsException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * When each key's state was last seen, and what it was: remembered data keys and bucket keys serve
 * without the backend only as long as that is not too old (docs/caches.md).
 *
 * <p>A key in use is looked at on another thread when half of that time is over, so that nobody
 * waits and a silent backend stops no reader; under {@code strict_decrypt} each look is waited for,
 * and one that fails is the caller's failure.
 *
 * <p>Threads: safe; one look at a key at a time. Blocking: where the last sight is too old.
 */
final class KeyWatch {
  /** Oldest sight under which a remembered key serves. */
  static final Duration OLDEST = Duration.ofSeconds(60);

  /** The same under {@code strict_decrypt}: a second, less the time that a look takes. */
  static final Duration OLDEST_STRICT = Duration.ofMillis(900);

  private static final int MOST_KEPT = 20_000;

  /**
   * What was seen.
   *
   * @param state null where the key was used and its state not reported
   * @param nanos when
   * @param version current version, 0 where it was never seen
   * @param stamp of that version
   * @param versionNanos when the version was
   */
  private record Sight(
      @Nullable KeyState state,
      long nanos,
      int version,
      @Nullable String stamp,
      long versionNanos) {
    static Sight of(RecentKey seen, long nanos) {
      return new Sight(seen.state(), nanos, seen.currentVersion(), seen.stamp(), nanos);
    }

    /** Returns a key that was used, and whose version was not seen. */
    static Sight used(long nanos) {
      return new Sight(null, nanos, 0, null, 0);
    }

    /** Returns the same key with a state seen at another time. */
    Sight with(KeyState seen, long at) {
      return new Sight(seen, at, version, stamp, versionNanos);
    }

    RecentKey key() {
      if (state == null) {
        throw new IllegalStateException("internal error: a look without a state");
      }
      return new RecentKey(state, version, stamp);
    }
  }

  private final boolean strict;
  private final long oldestNanos;
  private final LongSupplier nanoTime;
  private final Function<String, RecentKey> look;
  private final Executor threads;
  private final Cache<String, Sight> sights = Caffeine.newBuilder().maximumSize(MOST_KEPT).build();
  private final Set<String> looking = ConcurrentHashMap.newKeySet();

  /** Looks under way. */
  private final ConcurrentHashMap<String, CompletableFuture<Sight>> looks =
      new ConcurrentHashMap<>();

  /**
   * Makes an empty one.
   *
   * @param look asks the backend; its failures are the callers'
   */
  KeyWatch(
      boolean strict, LongSupplier nanoTime, Function<String, RecentKey> look, Executor threads) {
    this.strict = strict;
    this.oldestNanos = (strict ? OLDEST_STRICT : OLDEST).toNanos();
    this.nanoTime = nanoTime;
    this.look = look;
    this.threads = threads;
  }

  /** Looks at a key unless it was seen or used a short while ago. */
  void require(String keyId) {
    recent(keyId, false);
  }

  /** Returns the state of a key as it was a short while ago. */
  KeyState stateOf(String keyId) {
    return seen(keyId).state();
  }

  /** Returns a key as it was seen a short while ago. */
  RecentKey seen(String keyId) {
    return recent(keyId, true).key();
  }

  /** Returns a key as it was within the last second, version included; a failed look fails. */
  RecentKey seenNow(String keyId) {
    Sight known = sights.getIfPresent(keyId);
    Sight found = known != null && isFresh(known) ? known : look(keyId, this::isFresh);
    return isFresh(found) ? found.key() : look.apply(keyId);
  }

  private boolean isFresh(@Nullable Sight sight) {
    return sight != null
        && sight.state() != null
        && sight.version() > 0
        && nanoTime.getAsLong() - sight.versionNanos() < OLDEST_STRICT.toNanos();
  }

  private Sight recent(String keyId, boolean withState) {
    Sight known = sights.getIfPresent(keyId);
    if (known == null || !serves(known, withState)) {
      return look(keyId, old -> serves(old, withState));
    }
    if (!strict && nanoTime.getAsLong() - known.nanos() >= oldestNanos / 2) {
      lookSoon(keyId);
    }
    return known;
  }

  private boolean serves(@Nullable Sight sight, boolean withState) {
    return sight != null
        && (sight.state() != null || !withState)
        && nanoTime.getAsLong() - sight.nanos() < oldestNanos;
  }

  /**
   * Looks at a key, unless what is known by then is {@code enough}. Threads that meet a look under
   * way wait for it; no lock is held while the backend is asked.
   */
  private Sight look(String keyId, Predicate<@Nullable Sight> enough) {
    CompletableFuture<Sight> mine = new CompletableFuture<>();
    CompletableFuture<Sight> underWay = looks.putIfAbsent(keyId, mine);
    if (underWay != null) {
      return SharedCall.join(underWay, () -> sight(keyId, null));
    }
    try {
      return SharedCall.first(
          mine,
          () -> {
            Sight known = sights.getIfPresent(keyId);
            return known != null && enough.test(known) ? known : keep(keyId, mine, known);
          });
    } finally {
      looks.remove(keyId, mine);
    }
  }

  /** Keeps a new sight, unless the key changed meanwhile or was seen later. */
  private Sight keep(String keyId, CompletableFuture<Sight> mine, @Nullable Sight before) {
    Sight seen = sight(keyId, before);
    sights
        .asMap()
        .compute(
            keyId,
            (id, old) -> {
              boolean later = old != null && old.state() != null && old.nanos() > seen.nanos();
              return later || looks.get(id) != mine ? old : seen;
            });
    return seen;
  }

  /** Without an answer the sight before serves on, where that is allowed. */
  private Sight sight(String keyId, @Nullable Sight before) {
    long asked = nanoTime.getAsLong();
    try {
      return Sight.of(look.apply(keyId), asked);
    } catch (KmsException e) {
      if (strict || before == null || before.state() == null || !e.isRetryable()) {
        throw e;
      }
      return before.with(before.state(), asked - oldestNanos / 2);
    }
  }

  private void lookSoon(String keyId) {
    if (!looking.add(keyId)) {
      return;
    }
    try {
      threads.execute(
          () -> {
            try {
              look(keyId, known -> false);
            } catch (RuntimeException e) {
              sights.invalidate(keyId); // the next caller looks, and hears of it
            } finally {
              looking.remove(keyId);
            }
          });
    } catch (RejectedExecutionException e) {
      looking.remove(keyId); // busy: tried again by the next caller
    }
  }

  /** Notes what the backend showed just now. */
  void saw(String keyId, RecentKey seen) {
    sights.put(keyId, Sight.of(seen, nanoTime.getAsLong()));
  }

  /** Notes that the backend just used a key, whose state is not known by that. */
  void sawUse(String keyId) {
    if (sights.getIfPresent(keyId) == null) {
      sights.put(keyId, Sight.used(nanoTime.getAsLong()));
    }
  }

  /** Notes that the backend just used a key in a way that needs an enabled one. */
  void sawEnabled(String keyId) {
    Sight known = sights.getIfPresent(keyId);
    long now = nanoTime.getAsLong();
    if (known == null
        || known.state() != KeyState.ENABLED
        || now - known.nanos() >= OLDEST_STRICT.toNanos()) {
      Sight before = known == null ? Sight.used(now) : known;
      sights.put(keyId, before.with(KeyState.ENABLED, now));
    }
  }

  /** Forgets a key that changed, and what a look under way will find. */
  void forget(String keyId) {
    sights
        .asMap()
        .compute(
            keyId,
            (id, old) -> {
              looks.remove(id);
              return null;
            });
  }
}
