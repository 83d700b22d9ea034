package io.claviger.service;

import com.github.benmanes.caffeine.cache.stats.CacheStats;

/**
 * Counts of one cache since the running backend was started; all 0 when metrics are off.
 *
 * @param hits answers from the cache
 * @param misses answers that had to be fetched
 * @param evictions entries dropped for size or age
 */
public record CacheStatistics(long hits, long misses, long evictions) {
  static CacheStatistics of(CacheStats stats) {
    return new CacheStatistics(stats.hitCount(), stats.missCount(), stats.evictionCount());
  }
}
