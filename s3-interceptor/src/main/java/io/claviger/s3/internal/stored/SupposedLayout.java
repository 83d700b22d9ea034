package io.claviger.s3.internal.stored;

import io.claviger.format.EqualParts;
import io.claviger.format.Layout;
import io.claviger.format.MultiLayout.Part;
import io.claviger.object.FormatException;
import io.claviger.s3.internal.stored.KnownLayout.ByteRange;
import io.claviger.s3.internal.stored.RangePlan.Slice;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where the parts of an object may be by what a listing says of it. It only says what to ask for.
 *
 * @param version as listed
 * @param equal its parts
 * @param plainBytes plaintext of them all
 */
public record SupposedLayout(StoredVersion version, EqualParts equal, long plainBytes) {
  /** Returns what is supposed of a listed object, null for nothing. */
  static @Nullable SupposedLayout of(StoredVersion version, LearnedPartSizes sizes) {
    int parts = version.storedParts().orElse(0);
    if (parts == 1) {
      return ofOne(version);
    }
    EqualParts equal = parts == 0 ? null : sizes.suppose(version);
    return equal == null || equal.plainBytes() < 0
        ? null
        : new SupposedLayout(version, equal, equal.plainBytes());
  }

  private static @Nullable SupposedLayout ofOne(StoredVersion version) {
    try {
      long plainBytes = Layout.plainBytes(version.storedBytes());
      return new SupposedLayout(
          version, new EqualParts(plainBytes, version.storedBytes()), plainBytes);
    } catch (FormatException e) {
      return null; // no part is stored in so many bytes
    }
  }

  /**
   * Returns where headers are that prove the object, and those that a range needs.
   *
   * @param range what of it is asked for, null for all or nothing
   */
  public Set<Long> places(@Nullable RangePlan range) {
    int parts = version.storedParts().orElse(0);
    return parts == 1 ? Set.of(0L) : LayoutFinder.places(equal, equal.lastOffset(), parts, range);
  }

  /** Returns the part that holds a byte of the object. */
  Part holding(long plainOffset) {
    return part(equal, plainOffset, plainBytes);
  }

  /** Returns the stored bytes that hold {@code slice}. */
  ByteRange byteRange(Slice slice) {
    return ByteRange.across(slice, holding(slice.first()), holding(slice.last()));
  }

  /** Returns the part that holds a byte of an object of {@code plainBytes} bytes. */
  static Part part(EqualParts equal, long plainOffset, long plainBytes) {
    int number = equal.numberHolding(plainOffset);
    long offset = (number - 1) * equal.partPlainBytes();
    long bytes = Math.min(equal.partPlainBytes(), plainBytes - offset);
    return new Part(number, equal.storedOffset(number), offset, bytes, false);
  }
}
