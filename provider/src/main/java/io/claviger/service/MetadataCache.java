package io.claviger.service;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.claviger.config.KmsConfig;
import io.claviger.kms.KeyMetadata;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Remembers what is known of keys, never a data key. Every mutation drops its key.
 *
 * <p>Threads that ask for one key at the same time share one call, and no lock is held while the
 * backend is asked. What was fetched while a mutation ended is returned to those who asked before,
 * and not kept. Threads: safe.
 */
final class MetadataCache {
  private final @Nullable AsyncCache<String, KeyMetadata> cache;

  MetadataCache(KmsConfig config, LongSupplier nanoTime) {
    var sizes = config.cacheConfig();
    if (!config.enableCache() || sizes.maxKeys() == 0 || sizes.ttl().isZero()) {
      this.cache = null;
      return;
    }
    Caffeine<Object, Object> builder =
        Caffeine.newBuilder()
            .maximumSize(sizes.maxKeys())
            .expireAfterWrite(sizes.ttl())
            .ticker(nanoTime::getAsLong)
            .executor(Runnable::run);
    this.cache = (sizes.enableMetrics() ? builder.recordStats() : builder).buildAsync();
  }

  KeyMetadata get(String keyId, Function<String, KeyMetadata> load) {
    if (cache == null) {
      return load.apply(keyId);
    }
    CompletableFuture<KeyMetadata> mine = new CompletableFuture<>();
    CompletableFuture<KeyMetadata> kept = cache.get(keyId, (id, executor) -> mine);
    if (kept != mine) {
      return SharedCall.join(kept, () -> load.apply(keyId));
    }
    try {
      KeyMetadata found = load.apply(keyId);
      mine.complete(found);
      return found;
    } catch (RuntimeException | Error e) {
      mine.cancel(false); // the cache would log any other end; those who wait ask themselves
      throw e;
    }
  }

  /** Keeps what was just seen of a key, if anything is kept of it. */
  void put(KeyMetadata found) {
    if (cache != null) {
      CompletableFuture<KeyMetadata> seen = CompletableFuture.completedFuture(found);
      cache.asMap().computeIfPresent(found.keyId(), (id, old) -> old.isDone() ? seen : old);
    }
  }

  void invalidate(String keyId) {
    if (cache != null) {
      cache.synchronous().invalidate(keyId);
    }
  }

  CacheStatistics statistics() {
    return cache == null
        ? new CacheStatistics(0, 0, 0)
        : CacheStatistics.of(cache.synchronous().stats());
  }
}
