package io.claviger.s3.internal.stored;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.claviger.encryption.ObjectName;
import io.claviger.s3.internal.stored.SealedObjects.Seen;
import org.jspecify.annotations.Nullable;

/**
 * What the store said of objects that opened then, unproved now: they may have been overwritten.
 *
 * <p>Threads: safe.
 */
public final class SeenObjects {
  /** About a kilobyte each. */
  private static final int MAX_SEEN = 1024;

  private record Key(ObjectName name, @Nullable String versionId) {
    static Key of(Reading reading) {
      return new Key(reading.exchange().asked(), reading.versionId());
    }
  }

  private final Cache<Key, Seen> seen =
      Caffeine.newBuilder().maximumSize(MAX_SEEN).executor(Runnable::run).build();

  /** Returns what was said of the object, null for nothing. */
  @Nullable
  public Seen find(Reading reading) {
    return seen.getIfPresent(Key.of(reading));
  }

  public void keep(Reading reading, Seen found) {
    seen.put(Key.of(reading), found);
  }

  public void forget(Reading reading) {
    seen.invalidate(Key.of(reading));
  }
}
