package io.claviger.s3.internal.stored;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.claviger.format.EqualParts;
import io.claviger.format.Layout;
import io.claviger.format.MultiLayout;
import io.claviger.format.MultiLayout.Part;
import io.claviger.format.Preamble;
import io.claviger.object.FormatException;
import io.claviger.object.FormatException.Failure;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;

/** How many headers are read until the end of an object with a closing part is proved. */
class LayoutFinderTest {
  private static final long MIB = 1L << 20;
  private static final int MOST_PARTS = 9_999;

  /** Parts with a closing part behind them, in memory. */
  private static final class Model implements LayoutFinder.Headers {
    final Map<Long, Preamble> headers = new ConcurrentHashMap<>();
    final List<Long> sizes = new ArrayList<>();
    final AtomicInteger reads = new AtomicInteger();
    final MultiLayout layout;
    final long plainBytes;

    /** Whether the store reports the sizes of its parts. */
    boolean reportsParts;

    Model(IntPredicate statesOffset, long closingStates, long... plainSizes) {
      long stored = 0;
      long plain = 0;
      int number = 1;
      for (long size : plainSizes) {
        long states = number == 1 || statesOffset.test(number) ? plain : Preamble.OFFSET_UNKNOWN;
        headers.put(stored, new Preamble(false, number++, size, states));
        sizes.add(Layout.storedBytes(size));
        stored += Layout.storedBytes(size);
        plain += size;
      }
      headers.put(stored, new Preamble(true, number, 0, closingStates));
      sizes.add((long) Layout.MIN_STORED_BYTES);
      this.plainBytes = plain;
      this.layout = new MultiLayout(stored + Layout.MIN_STORED_BYTES);
    }

    @Override
    public Part read(long storedOffset) {
      reads.incrementAndGet();
      Preamble header = headers.get(storedOffset);
      if (header == null) {
        throw new FormatException(Failure.WRONG_MAGIC, "no part begins here");
      }
      return layout.add(storedOffset, header);
    }

    @Override
    public long lastOffset() {
      return reportsParts ? layout.storedBytes() - Layout.MIN_STORED_BYTES : -1;
    }

    @Override
    public long storedSize(int number) {
      return reportsParts ? sizes.get(number - 1) : -1;
    }

    @Override
    public List<Long> storedSizes() {
      return reportsParts ? sizes : List.of();
    }

    /** Proves the end, with the count of parts in the ETag or as of a copy, and counts reads. */
    int findEnd(boolean copied) {
      OptionalInt count = copied ? OptionalInt.empty() : OptionalInt.of(sizes.size());
      new LayoutFinder(
              layout, this, count.orElse(0), () -> EqualParts.usual(layout.storedBytes(), count))
          .findEnd();
      assertThat(layout.plainBytes()).isEqualTo(plainBytes);
      assertThat(layout.partCount()).isEqualTo(sizes.size() - 1);
      return reads.get();
    }
  }

  private static long[] equal(int parts, long size) {
    long[] sizes = new long[parts];
    java.util.Arrays.fill(sizes, size);
    return sizes;
  }

  private static Model stated(long... sizes) {
    return new Model(number -> true, Preamble.OFFSET_UNKNOWN, sizes);
  }

  @Test
  void thePartBeforeTheClosingPartCostsOneHeader() {
    assertThat(stated(equal(6, 8 * MIB)).findEnd(false)).isEqualTo(2);
    assertThat(stated(equal(6, 8 * MIB)).findEnd(true)).as("a copy: part 1 too").isEqualTo(3);
    assertThat(stated(8 * MIB, 8 * MIB, 6 * MIB).findEnd(false)).isLessThanOrEqualTo(3);
    assertThat(stated(equal(MOST_PARTS, 5 * MIB)).findEnd(false)).isEqualTo(2);
    assertThat(stated(equal(MOST_PARTS, 5 * MIB)).findEnd(true)).isEqualTo(3);
  }

  @Test
  void whereTheStoreReportsPartsOddSizesCostTwo() {
    Model odd = stated(8 * MIB, 10 * MIB - 100, 6 * MIB + 68);
    odd.reportsParts = true;
    assertThat(odd.findEnd(false)).isEqualTo(3);
  }

  @Test
  void oddSizesThatNobodyReportsAreFoundFromTheFirstPartOn() {
    assertThat(stated(8 * MIB, 10 * MIB - 100, 6 * MIB + 68).findEnd(true)).isLessThanOrEqualTo(5);
  }

  @Test
  void tenThousandPartsOfWhichNoneStatesItsOffsetAreReadBackToTheFirst() {
    Model none = new Model(number -> false, Preamble.OFFSET_UNKNOWN, equal(MOST_PARTS, 5 * MIB));
    assertThat(none.findEnd(false)).isEqualTo(MOST_PARTS + 1);
  }

  @Test
  void theWayBackEndsAtThePartThatStatesItsOffset() {
    for (int stated : new int[] {9_998, 9_900, 5_000}) {
      Model some = new Model(n -> n <= stated, Preamble.OFFSET_UNKNOWN, equal(MOST_PARTS, 5 * MIB));
      assertThat(some.findEnd(true))
          .isBetween(2 + MOST_PARTS - stated, 2 + MOST_PARTS - stated + 8);
    }
  }

  @Test
  void aClosingPartOfTenThousandThatIsWrongIsRefused() {
    Model wrong =
        new Model(n -> n <= 9_900, (MOST_PARTS - 1) * 5 * MIB, equal(MOST_PARTS, 5 * MIB));
    assertThat(catchThrowableOfType(FormatException.class, () -> wrong.findEnd(false)).failure())
        .isEqualTo(Failure.OFFSET);
  }
}
