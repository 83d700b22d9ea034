package io.claviger.s3.internal.stored;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.claviger.encryption.ObjectName;
import io.claviger.format.EqualParts;
import io.claviger.format.Layout;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * The part sizes of objects that were read, by folder and by bucket: one writer mostly takes one
 * size for all of its objects. A supposition, which costs a request where it is wrong; the last
 * size seen is kept.
 *
 * <p>Threads: safe; of two that learn at once, one is the last.
 */
final class LearnedPartSizes {
  /** Some 150 bytes each. */
  private static final int MAX_FOLDERS = 1_000;

  /** Learned of objects that are one part, however large: its writer's parts are larger. */
  private static final long LARGEST = Layout.MAX_PLAIN_BYTES;

  /**
   * Where objects are beside each other.
   *
   * @param path the key up to its last slash, empty for the whole bucket
   */
  private record Folder(String bucket, String path) {
    static Folder of(ObjectName name) {
      return new Folder(name.bucket(), name.key().substring(0, name.key().lastIndexOf('/') + 1));
    }

    Folder bucketOnly() {
      return new Folder(bucket, "");
    }
  }

  private final Cache<Folder, Long> kept =
      Caffeine.newBuilder().maximumSize(MAX_FOLDERS).executor(Runnable::run).build();

  /** Takes over what the layout of an object shows. */
  void learn(KnownLayout layout) {
    long partBytes = layout.equalPartBytes();
    if (partBytes > 0) {
      Folder folder = Folder.of(layout.version().name());
      boolean alone = layout.parts().partCount() == 1;
      learn(folder, partBytes, alone);
      learn(folder.bucketOnly(), partBytes, alone);
    }
  }

  private void learn(Folder folder, long partBytes, boolean alone) {
    if (alone) {
      kept.asMap().compute(folder, (f, known) -> largerThan(partBytes, known));
    } else {
      kept.put(folder, partBytes);
    }
  }

  private static long largerThan(long partBytes, @Nullable Long known) {
    return known != null && known >= partBytes ? known : LARGEST;
  }

  /** Returns the plaintext of a part of such an object, 0 where none was read. */
  long of(ObjectName name) {
    Folder folder = Folder.of(name);
    Long found = kept.getIfPresent(folder);
    if (found == null) {
      found = kept.getIfPresent(folder.bucketOnly());
    }
    return found == null ? 0 : found;
  }

  /** Returns equal parts that an object may be stored in, null where nothing is supposed. */
  @Nullable EqualParts suppose(StoredVersion version) {
    long partBytes = of(version.name());
    OptionalInt parts = version.storedParts();
    if (partBytes > 0) {
      EqualParts learned = new EqualParts(partBytes, version.storedBytes());
      if (parts.isEmpty() || learned.fits(parts.getAsInt())) {
        return learned;
      }
    }
    return version.usualParts();
  }
}
