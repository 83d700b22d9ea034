package io.claviger.s3.internal.stored;

import io.claviger.encryption.ObjectOpener;
import io.claviger.encryption.SegmentFeed;
import io.claviger.s3.internal.body.ForgettingFeed;
import io.claviger.s3.internal.stored.KnownLayout.ByteRange;
import io.claviger.s3.internal.stored.RangePlan.Slice;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * One version of a sealed object whose data key was unwrapped: its proved lengths, and where its
 * plaintext is stored.
 *
 * <p>Threads: one at a time. Blocking: an object of several parts asks the store for headers that
 * are not known yet, each method but {@link #open} and {@link #openWhole}; an object of one part
 * never asks.
 *
 * <p>Failures: {@code FormatException} for what does not prove; the SDK's own for the store.
 */
public abstract class SealedObject {
  public final ObjectOpener opener;
  public final StoredVersion version;

  SealedObject(ObjectOpener opener, StoredVersion version) {
    this.opener = opener;
    this.version = version;
  }

  /** Returns the plaintext length, proved. */
  public abstract long plainBytes();

  /** Returns the number of parts that the object was uploaded in, 0 if it was stored at once. */
  public abstract int partCount();

  /** Returns the plaintext of part {@code number}, null if there is no such part. */
  public abstract @Nullable Part part(int number);

  /** Whether the object has the range or part that is asked for. */
  public boolean has(Reading reading) {
    if (reading.partNumber() != null) {
      return part(reading.partNumber()) != null;
    }
    RangePlan range = reading.range();
    long plainBytes = plainBytes();
    return range == null || range.within(plainBytes) != null || range.isEndOfNothing(plainBytes);
  }

  /**
   * Returns what {@code reading} asks for, null for all of the object or nothing of it. Asks
   * everything that its answer will ask, so that this knows.
   */
  @Nullable
  public Slice wanted(Reading reading) {
    long plainBytes = plainBytes();
    Slice slice = null;
    if (reading.partNumber() != null) {
      Part part = part(reading.partNumber());
      slice = part == null ? null : part.slice();
    } else if (reading.range() != null) {
      slice = reading.range().within(plainBytes);
    }
    if (slice != null) {
      covering(slice);
    }
    return slice;
  }

  /** Returns the stored bytes that hold a range of the object. */
  public abstract ByteRange covering(Slice slice);

  /** Opens a range; {@code stored} begins with the first byte of {@code byteRange}. */
  public abstract InputStream open(InputStream stored, ByteRange byteRange);

  /** Opens all of {@code stored}; the end means that every byte was authenticated. */
  public abstract InputStream openWhole(InputStream stored) throws IOException;

  /**
   * As {@link #open}, for bytes that come in pieces.
   *
   * @param skip stored bytes that come before {@code byteRange}
   */
  public abstract SegmentFeed feed(long skip, ByteRange byteRange);

  /** As {@link #openWhole}, for bytes that come in pieces; gives {@code plainBytes} bytes. */
  public SegmentFeed wholeFeed(long plainBytes) {
    return forgetting(opener.wholeFeed(version.storedBytes(), plainBytes));
  }

  /** Returns {@code feed}; what was kept is forgotten when the feed refuses. */
  SegmentFeed forgetting(SegmentFeed feed) {
    return new ForgettingFeed(feed, this::forget);
  }

  /** Asks the store for a byte range, by a sub-request. */
  public abstract InputStream fetch(ByteRange byteRange);

  /** Forgets what was kept of the object, after it failed. */
  public void forget() {}

  /**
   * A part as callers count them.
   *
   * @param offset plaintext bytes of the object before it
   * @param bytes its plaintext, maybe none
   */
  public record Part(long offset, long bytes) {
    /** Returns the range that it is, null for an empty one. */
    public @Nullable Slice slice() {
      return bytes == 0 ? null : new Slice(offset, offset + bytes - 1);
    }
  }
}
