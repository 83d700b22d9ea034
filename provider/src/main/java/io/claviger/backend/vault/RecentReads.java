package io.claviger.backend.vault;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What was read of keys, with the KV version that it was read from. For {@link #MOST_AGE} it is
 * used without asking Vault; so a change by another process is noticed within a second, and no data
 * key costs a read. The highest version seen of each key is remembered beyond that.
 *
 * <p>Threads: safe.
 *
 * @param <T> what is kept; null for a key that is destroyed
 */
public final class RecentReads<T> {
  /** How long a change by another process may stay unnoticed. */
  public static final Duration MOST_AGE = Duration.ofMillis(900);

  private static final int MOST_KEPT = 20_000;

  /**
   * One reading.
   *
   * @param value what was read
   * @param version the KV version that it was read from
   */
  public record Read<T>(@Nullable T value, long version, long checkedNanos) {}

  private final LongSupplier nanoTime;
  private final Cache<String, Read<T>> reads = Caffeine.newBuilder().maximumSize(MOST_KEPT).build();
  private final Cache<String, Long> highest = Caffeine.newBuilder().maximumSize(MOST_KEPT).build();

  /** Makes an empty one over a source of nanoseconds. */
  public RecentReads(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** Returns the newest reading of a key, of whatever age; null if there is none. */
  public @Nullable Read<T> last(String keyId) {
    return reads.getIfPresent(keyId);
  }

  /** Whether {@code read} may be used without asking Vault. */
  public boolean isFresh(@Nullable Read<T> read) {
    return read != null && nanoTime.getAsLong() - read.checkedNanos() < MOST_AGE.toNanos();
  }

  /** Whether a key that is there may be used without asking Vault. */
  public boolean remembers(String keyId) {
    Read<T> known = last(keyId);
    return known != null && known.value() != null && isFresh(known);
  }

  /** Returns now, to be noted before Vault is asked. */
  public long now() {
    return nanoTime.getAsLong();
  }

  /** Keeps a reading, unless a newer version was seen meanwhile. */
  public void keep(String keyId, @Nullable T value, long version, long askedNanos) {
    noteSeen(keyId, version);
    if (version < highest(keyId)) {
      return;
    }
    reads
        .asMap()
        .merge(
            keyId,
            new Read<>(value, version, askedNanos),
            (old, fresh) ->
                old.version() > fresh.version()
                        || old.version() == fresh.version()
                            && old.checkedNanos() - fresh.checkedNanos() > 0
                    ? old
                    : fresh);
  }

  /** Notes that this version exists. */
  public void noteSeen(String keyId, long version) {
    highest.asMap().merge(keyId, version, Math::max);
  }

  /** Returns the highest version seen of a key, 0 if none. */
  public long highest(String keyId) {
    Long seen = highest.getIfPresent(keyId);
    return seen == null ? 0 : seen;
  }

  /** Forgets the reading of a key, but not its version. */
  public void forget(String keyId) {
    reads.invalidate(keyId);
  }

  /** Forgets a key altogether. */
  public void forgetAll(String keyId) {
    reads.invalidate(keyId);
    highest.invalidate(keyId);
  }

  /** Forgets everything. */
  public void clear() {
    reads.invalidateAll();
  }
}
