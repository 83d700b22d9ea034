package io.claviger.s3.internal.stored;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.claviger.encryption.ObjectName;
import org.jspecify.annotations.Nullable;

/**
 * Layouts of multipart objects that were proved, by name and version, the least used forgotten
 * first. What is found here is used for an answer only when {@link KnownLayout#version} is that
 * answer's and the data key opens it.
 *
 * <p>Threads: safe.
 */
final class LayoutCache {
  /** About 40 MB: a header of 98 bytes and its place take some 200. */
  private static final long MAX_HEADERS = 200_000;

  private record Key(ObjectName name, @Nullable String versionId) {}

  private final Cache<Key, KnownLayout> kept =
      Caffeine.newBuilder()
          .maximumWeight(MAX_HEADERS)
          .weigher((Key key, KnownLayout layout) -> layout.weight())
          .executor(Runnable::run)
          .build();

  /** Returns what is known of the object, of whatever version it was; null for nothing. */
  @Nullable KnownLayout find(ObjectName name, @Nullable String versionId) {
    return kept.getIfPresent(new Key(name, versionId));
  }

  /** Keeps what was found out, also when it was kept before and grew. */
  void keep(KnownLayout layout) {
    kept.put(key(layout), layout);
  }

  /** Forgets what turned out to be wrong. */
  void forget(KnownLayout layout) {
    kept.asMap().remove(key(layout), layout);
  }

  private static Key key(KnownLayout layout) {
    return new Key(layout.version().name(), layout.version().versionId());
  }
}
