package io.claviger.s3.internal.stored;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.claviger.encryption.ObjectName;
import org.jspecify.annotations.Nullable;

/**
 * What listings said of objects in parts, until they are read: it says where their parts may be
 * before the first answer comes. Unproved, and out of date where an object was replaced since.
 *
 * <p>Threads: safe.
 */
public final class ListedObjects {
  /** Some 500 bytes each. */
  private static final int MAX_KEPT = 10_000;

  private record Key(ObjectName name, @Nullable String versionId) {}

  /**
   * A listed object.
   *
   * @param headerOffset where {@code header} was read, -1 for nowhere
   * @param header bytes that a listing read of it, maybe the header of a part
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Listed(String eTag, long storedBytes, long headerOffset, byte[] header) {
    private boolean isSame(String otherETag, long otherBytes) {
      return eTag.equals(otherETag) && storedBytes == otherBytes;
    }
  }

  private final Cache<Key, Listed> kept =
      Caffeine.newBuilder().maximumSize(MAX_KEPT).executor(Runnable::run).build();

  /**
   * Keeps an object, if its ETag says that it was uploaded in parts.
   *
   * @param versionId null in listings of current objects
   */
  public void keep(
      ObjectName name, @Nullable String versionId, @Nullable String eTag, long storedBytes) {
    if (eTag != null && StoredVersion.storedParts(eTag).isPresent()) {
      kept.asMap()
          .compute(
              new Key(name, versionId),
              (key, known) ->
                  known != null && known.isSame(eTag, storedBytes)
                      ? known
                      : new Listed(eTag, storedBytes, -1, new byte[0]));
    }
  }

  /** Keeps bytes that a listing read of an object that it keeps; they belong to this then. */
  public void keepHeader(StoredVersion version, long storedOffset, byte[] header) {
    kept.asMap()
        .computeIfPresent(
            new Key(version.name(), version.versionId()),
            (key, known) ->
                version.eTag() != null && known.isSame(version.eTag(), version.storedBytes())
                    ? new Listed(known.eTag(), known.storedBytes(), storedOffset, header)
                    : known);
  }

  @Nullable Listed find(ObjectName name, @Nullable String versionId) {
    return kept.getIfPresent(new Key(name, versionId));
  }

  /** Forgets an object: its own answer says more. */
  void forget(ObjectName name, @Nullable String versionId) {
    kept.invalidate(new Key(name, versionId));
  }
}
