package io.claviger.config;

import java.time.Duration;

/**
 * Sizes and lifetimes of the caches.
 *
 * @param maxKeys most keys whose metadata is remembered; 0 switches that off
 * @param ttl how long metadata is remembered; 0 switches that off
 * @param enableMetrics whether hits, misses and evictions are counted
 * @param maxDataKeys most unwrapped data keys that are remembered for reading; 0 switches that off
 * @param dataKeyTtl how long an unwrapped data key is remembered; 0 switches that off
 */
public record CacheConfig(
    int maxKeys, Duration ttl, boolean enableMetrics, int maxDataKeys, Duration dataKeyTtl) {
  /** 1,000 keys and 1,000 data keys for 300 s, counted. */
  public static final CacheConfig DEFAULT =
      new CacheConfig(1000, Duration.ofSeconds(300), true, 1000, Duration.ofSeconds(300));

  public CacheConfig {
    requireNotNegative("max_cached_keys", maxKeys);
    requireNotNegative("cache_ttl_seconds", ttl.toNanos());
    requireNotNegative("max_cached_data_keys", maxDataKeys);
    requireNotNegative("data_key_cache_ttl_seconds", dataKeyTtl.toNanos());
  }

  /** Returns this with another size of the metadata cache. */
  public CacheConfig withMaxKeys(int most) {
    return new CacheConfig(most, ttl, enableMetrics, maxDataKeys, dataKeyTtl);
  }

  /** Returns this with another lifetime of both caches. */
  public CacheConfig withTtl(Duration lifetime) {
    return new CacheConfig(maxKeys, lifetime, enableMetrics, maxDataKeys, lifetime);
  }

  /** Returns this counting hits, misses and evictions, or not. */
  CacheConfig withMetrics(boolean counted) {
    return new CacheConfig(maxKeys, ttl, counted, maxDataKeys, dataKeyTtl);
  }

  /** Returns this with another size of the cache of unwrapped data keys. */
  public CacheConfig withMaxDataKeys(int most) {
    return new CacheConfig(maxKeys, ttl, enableMetrics, most, dataKeyTtl);
  }

  /** Returns this with another lifetime of the cache of unwrapped data keys. */
  CacheConfig withDataKeyTtl(Duration lifetime) {
    return new CacheConfig(maxKeys, ttl, enableMetrics, maxDataKeys, lifetime);
  }

  /** Nothing is remembered. */
  public static CacheConfig off() {
    return new CacheConfig(0, Duration.ZERO, false, 0, Duration.ZERO);
  }

  private static void requireNotNegative(String field, long value) {
    if (value < 0) {
      throw ConfigErrors.invalid(field, "is negative. Use 0 to switch the cache off.");
    }
  }
}
