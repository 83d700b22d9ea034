package io.claviger.service;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import com.github.benmanes.caffeine.cache.Scheduler;
import io.claviger.config.KmsConfig;
import io.claviger.kms.DecryptRequest;
import io.claviger.kms.EncryptionContext;
import io.claviger.kms.SecretBytes;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The bounded, expiring cache of unwrapped data keys of the reading side, by the numbers of {@code
 * CacheConfig}. What drops them beside time and number, a master key that is seen disabled for one,
 * is {@link Generation}'s; the sealing side remembers its bucket keys in {@code
 * encryption.BucketKeys}.
 *
 * <p>One cache belongs to one backend instance; within it the key is the key id, the whole blob and
 * the whole context, so that a moved object misses. Entries are wiped when they leave, as far as
 * Java can: callers get copies. Which of them stay is decided by how often they are used, so a scan
 * of many objects does not drive out the bucket keys that all of them need.
 *
 * <p>Threads: safe.
 */
final class KeyCache implements AutoCloseable {
  /** What an unwrapped key is found by. */
  private static final class Place {
    private final String keyId;
    private final byte[] blob;
    private final EncryptionContext context;
    private final int hash;

    Place(DecryptRequest request) {
      this.keyId = request.requireKeyId();
      this.blob = request.ciphertextBlob();
      this.context = request.encryptionContext();
      this.hash = Arrays.hashCode(blob) * 31 + keyId.hashCode();
    }

    /** Returns the same place with a blob that nobody else can change. */
    Place detached() {
      return new Place(new DecryptRequest(keyId, blob.clone(), context));
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Place that
          && hash == that.hash
          && keyId.equals(that.keyId)
          && Arrays.equals(blob, that.blob)
          && context.equals(that.context);
    }

    @Override
    public int hashCode() {
      return hash;
    }
  }

  private final @Nullable Cache<Place, SecretBytes> cache;
  private final ConcurrentHashMap<Place, CompletableFuture<Boolean>> underWay =
      new ConcurrentHashMap<>();
  // Rises with every forget(): an unwrapping that began before is not kept.
  private final AtomicLong forgotten = new AtomicLong();
  private volatile boolean closed;

  KeyCache(KmsConfig config, LongSupplier nanoTime) {
    var sizes = config.cacheConfig();
    if (!config.enableCache() || sizes.maxDataKeys() == 0 || sizes.dataKeyTtl().isZero()) {
      this.cache = null;
      return;
    }
    Caffeine<Place, SecretBytes> builder =
        Caffeine.newBuilder()
            .maximumSize(sizes.maxDataKeys())
            .expireAfterWrite(sizes.dataKeyTtl())
            .ticker(nanoTime::getAsLong)
            .scheduler(Scheduler.systemScheduler())
            .executor(Runnable::run)
            .removalListener(
                (@Nullable Place place, @Nullable SecretBytes secret, RemovalCause cause) -> {
                  if (secret != null) {
                    secret.close();
                  }
                });
    this.cache = (sizes.enableMetrics() ? builder.recordStats() : builder).build();
  }

  boolean isOn() {
    return cache != null;
  }

  /**
   * Returns the unwrapped key, from the cache or from {@code unwrap}, which is called once for all
   * threads that ask at the same time; the answer belongs to the caller, who closes it.
   *
   * @param beforeHit looks whether what is kept may still serve: throws, or makes it forgotten
   */
  SecretBytes get(DecryptRequest request, Supplier<SecretBytes> unwrap, Runnable beforeHit) {
    if (cache == null) {
      return unwrap.get();
    }
    Place place = new Place(request);
    if (cache.getIfPresent(place) != null) {
      beforeHit.run();
      SecretBytes known = copyOf(cache.asMap().get(place));
      if (known != null) {
        return known;
      }
    }
    return unwrapped(cache, place.detached(), unwrap);
  }

  /** Threads that meet an unwrapping under way wait for it, and for its failure. */
  private SecretBytes unwrapped(
      Cache<Place, SecretBytes> cache, Place place, Supplier<SecretBytes> unwrap) {
    CompletableFuture<Boolean> mine = new CompletableFuture<>();
    CompletableFuture<Boolean> first = underWay.putIfAbsent(place, mine);
    if (first != null) {
      SharedCall.join(first, () -> false);
      SecretBytes known = copyOf(cache.asMap().get(place));
      return known != null ? known : unwrap.get(); // forgotten meanwhile
    }
    try {
      SecretBytes known = copyOf(cache.asMap().get(place));
      if (known != null) {
        mine.complete(true);
        return known;
      }
      long before = forgotten.get();
      SecretBytes unwrapped = unwrap.get();
      cache.put(place, unwrapped.copy());
      if (forgotten.get() != before || closed) {
        cache.invalidate(place);
      }
      mine.complete(true);
      return unwrapped;
    } catch (RuntimeException | Error e) {
      mine.completeExceptionally(e);
      throw e;
    } finally {
      underWay.remove(place, mine);
    }
  }

  /** Forgets and wipes everything under a master key, also what is being unwrapped now. */
  void forget(String keyId) {
    forgotten.incrementAndGet();
    if (cache != null) {
      cache.asMap().keySet().removeIf(place -> place.keyId.equals(keyId));
    }
  }

  CacheStatistics statistics() {
    return cache == null ? new CacheStatistics(0, 0, 0) : CacheStatistics.of(cache.stats());
  }

  void cleanUp() {
    if (cache != null) {
      cache.cleanUp();
    }
  }

  @Override
  public void close() {
    closed = true;
    if (cache != null) {
      cache.invalidateAll();
    }
  }

  /** Returns a copy, or null if there is none or it was wiped a moment ago. */
  private static @Nullable SecretBytes copyOf(@Nullable SecretBytes cached) {
    try {
      return cached == null ? null : cached.copy();
    } catch (IllegalStateException wipedMeanwhile) {
      return null;
    }
  }
}
