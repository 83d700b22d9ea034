package io.claviger.format;

import io.claviger.object.FormatException;
import java.util.Arrays;
import java.util.List;

/**
 * Parts with the stored sizes that the store reports. Pure arithmetic; sizes that no part can have
 * end the list.
 */
public final class ReportedParts implements SupposedParts {
  private final long[] storedOffsets;
  private final long[] plainEnds;

  /**
   * @param storedSizes stored size of each part, in order
   */
  public ReportedParts(List<Long> storedSizes) {
    int usable = 0;
    long[] offsets = new long[storedSizes.size()];
    long[] ends = new long[storedSizes.size()];
    long stored = 0;
    long plain = 0;
    try {
      for (long size : storedSizes) {
        plain += Layout.plainBytes(size);
        offsets[usable] = stored;
        ends[usable] = plain;
        stored += size;
        usable++;
      }
    } catch (FormatException e) {
      // no sizes of parts: what came before may still help
    }
    this.storedOffsets = Arrays.copyOf(offsets, usable);
    this.plainEnds = Arrays.copyOf(ends, usable);
  }

  @Override
  public int numberHolding(long plainOffset) {
    int at = Arrays.binarySearch(plainEnds, plainOffset);
    int behind = at < 0 ? -at - 1 : at + 1; // the first part that ends behind the byte
    while (behind < plainEnds.length && plainEnds[behind] <= plainOffset) {
      behind++; // parts without a byte
    }
    return behind + 1;
  }

  @Override
  public long storedOffset(int number) {
    return number >= 1 && number <= storedOffsets.length ? storedOffsets[number - 1] : -1;
  }
}
