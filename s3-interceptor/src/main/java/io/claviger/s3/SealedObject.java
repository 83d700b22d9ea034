package io.claviger.s3;

import io.claviger.encryption.ObjectOpener;
import io.claviger.encryption.SegmentFeed;
import io.claviger.s3.KnownLayout.Stretch;
import io.claviger.s3.RangePlan.Slice;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * One version of a sealed object whose data key was unwrapped: its proved lengths, and where its
 * plaintext lies.
 *
 * <p>Threads: one at a time. Blocking: an object of several parts asks the store for headers that
 * are not known yet, each method but {@link #open} and {@link #openWhole}; an object of one part
 * never asks.
 *
 * <p>Failures: {@code FormatException} for what does not prove; the SDK's own for the store.
 */
abstract class SealedObject {
  final ObjectOpener opener;
  final StoredVersion version;

  SealedObject(ObjectOpener opener, StoredVersion version) {
    this.opener = opener;
    this.version = version;
  }

  /** Returns the plaintext length, proved. */
  abstract long plainBytes();

  /** Returns the number of parts that the object was uploaded in, 0 if it was stored at once. */
  abstract int partCount();

  /** Returns the plaintext of part {@code number}, null if there is no such part. */
  abstract @Nullable Part part(int number);

  /** Returns the stored bytes that hold a range of the object. */
  abstract Stretch covering(Slice slice);

  /** Opens a range; {@code stored} begins with the first byte of {@code stretch}. */
  abstract InputStream open(InputStream stored, Stretch stretch);

  /** Opens all of {@code stored}; the end means that every byte was authenticated. */
  abstract InputStream openWhole(InputStream stored) throws IOException;

  /**
   * As {@link #open}, for bytes that come in pieces.
   *
   * @param skip stored bytes that come before {@code stretch}
   */
  abstract SegmentFeed feed(long skip, Stretch stretch);

  /** As {@link #openWhole}, for bytes that come in pieces; gives {@code plainBytes} bytes. */
  SegmentFeed wholeFeed(long plainBytes) {
    return forgetting(opener.wholeFeed(version.storedBytes(), plainBytes));
  }

  /** Returns {@code feed}; what was kept is forgotten when the feed refuses. */
  SegmentFeed forgetting(SegmentFeed feed) {
    return new ForgettingFeed(feed, this::forget);
  }

  /** Asks the store for a stretch, by a request of our own. */
  abstract InputStream fetch(Stretch stretch);

  /** Forgets what was kept of the object, after it failed. */
  void forget() {}

  /**
   * A part as callers count them.
   *
   * @param offset plaintext bytes of the object before it
   * @param bytes its plaintext, maybe none
   */
  record Part(long offset, long bytes) {
    /** Returns the range that it is, null for an empty one. */
    @Nullable Slice slice() {
      return bytes == 0 ? null : new Slice(offset, offset + bytes - 1);
    }
  }
}
