package io.claviger.format;

import java.util.List;

/**
 * Parts as the store tells their stored sizes. Pure arithmetic; sizes that no part can have end the
 * list.
 */
public final class ToldParts implements SupposedParts {
  private final long[] storedOffsets;
  private final long[] plainEnds;

  /**
   * @param storedSizes stored size of each part, in order
   */
  public ToldParts(List<Long> storedSizes) {
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
    this.storedOffsets = java.util.Arrays.copyOf(offsets, usable);
    this.plainEnds = java.util.Arrays.copyOf(ends, usable);
  }

  @Override
  public int numberHolding(long plainOffset) {
    int number = 1;
    while (number <= plainEnds.length && plainEnds[number - 1] <= plainOffset) {
      number++;
    }
    return number;
  }

  @Override
  public long storedOffset(int number) {
    return number >= 1 && number <= storedOffsets.length ? storedOffsets[number - 1] : -1;
  }
}
