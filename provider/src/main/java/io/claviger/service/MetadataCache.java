package io.claviger.service;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.claviger.config.KmsConfig;
import io.claviger.kms.KeyMetadata;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Remembers what is known of keys, never a data key. Every mutation drops its key.
 *
 * <p>Loading is atomic per key: a mutation that ends while a description is fetched waits for it
 * and drops it. Threads: safe.
 */
final class MetadataCache {
  private final @Nullable Cache<String, KeyMetadata> cache;

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
    this.cache = (sizes.enableMetrics() ? builder.recordStats() : builder).build();
  }

  KeyMetadata get(String keyId, Function<String, KeyMetadata> load) {
    return cache == null ? load.apply(keyId) : cache.get(keyId, load);
  }

  /** Keeps what was just seen of a key, if anything is kept of it. */
  void put(KeyMetadata found) {
    if (cache != null) {
      cache.asMap().computeIfPresent(found.keyId(), (id, old) -> found);
    }
  }

  void invalidate(String keyId) {
    if (cache != null) {
      cache.invalidate(keyId);
    }
  }

  CacheStatistics statistics() {
    return cache == null ? new CacheStatistics(0, 0, 0) : CacheStatistics.of(cache.stats());
  }
}
