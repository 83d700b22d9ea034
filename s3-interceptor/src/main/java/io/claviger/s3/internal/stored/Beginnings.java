package io.claviger.s3.internal.stored;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.claviger.format.Layout;
import io.claviger.format.PartOpener;
import io.claviger.object.FormatException;
import io.claviger.s3.internal.body.CutStream;

/**
 * Whether objects without an envelope begin as sealed ones do, for reads that do not see their
 * beginning: it is read once for each version and remembered. Keeps ciphertext whose metadata was
 * lost from being taken for plaintext; it stops accidents, not the store, which may change the
 * bytes too.
 *
 * <p>Threads: safe.
 */
public final class Beginnings {
  /** Some 200 bytes each. */
  private static final int MAX_KEPT = 10_000;

  private final Cache<StoredVersion, Boolean> sealed =
      Caffeine.newBuilder().maximumSize(MAX_KEPT).executor(Runnable::run).build();

  /**
   * Asks the store for the first bytes of {@code version}, unless they are known.
   *
   * @throws FormatException ENVELOPE_INCOMPLETE if they are those of a sealed object
   */
  public void requirePlain(StoredVersion version, PinnedReads reads) {
    if (version.storedBytes() < Layout.MIN_STORED_BYTES) {
      return; // no sealed object is so short
    }
    Boolean found = sealed.getIfPresent(version);
    if (found == null) {
      found = PartOpener.beginsObject(reads.prologue(0));
      if (version.eTag() != null) {
        sealed.put(version, found);
      }
    }
    if (found) {
      throw CutStream.envelopeLost();
    }
  }
}
