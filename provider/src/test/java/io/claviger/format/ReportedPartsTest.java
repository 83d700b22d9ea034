package io.claviger.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ReportedPartsTest {
  private static ReportedParts ofPlain(long... plainSizes) {
    return new ReportedParts(LongStream.of(plainSizes).map(Layout::storedBytes).boxed().toList());
  }

  @Test
  void aByteIsInThePartThatEndsBehindIt() {
    ReportedParts parts = ofPlain(100, 50, 1);
    assertThat(parts.numberHolding(0)).isEqualTo(1);
    assertThat(parts.numberHolding(99)).isEqualTo(1);
    assertThat(parts.numberHolding(100)).isEqualTo(2);
    assertThat(parts.numberHolding(149)).isEqualTo(2);
    assertThat(parts.numberHolding(150)).isEqualTo(3);
    assertThat(parts.numberHolding(151)).as("behind the end").isEqualTo(4);
  }

  @Test
  void partsWithoutAByteHoldNone() {
    ReportedParts parts = ofPlain(0, 0, 10, 0, 0, 5, 0);
    assertThat(parts.numberHolding(0)).isEqualTo(3);
    assertThat(parts.numberHolding(9)).isEqualTo(3);
    assertThat(parts.numberHolding(10)).isEqualTo(6);
    assertThat(parts.numberHolding(15)).isEqualTo(8);
  }

  @Test
  void aPartBeginsWhereTheOnesBeforeItEnd() {
    ReportedParts parts = ofPlain(100, 70_000, 0);
    assertThat(parts.storedOffset(0)).isEqualTo(-1);
    assertThat(parts.storedOffset(1)).isEqualTo(0);
    assertThat(parts.storedOffset(2)).isEqualTo(Layout.storedBytes(100));
    assertThat(parts.storedOffset(3))
        .isEqualTo(Layout.storedBytes(100) + Layout.storedBytes(70_000));
    assertThat(parts.storedOffset(4)).isEqualTo(-1);
  }

  @Test
  void aSizeThatNoPartHasEndsTheList() {
    ReportedParts parts =
        new ReportedParts(List.of(Layout.storedBytes(10), 129L, Layout.storedBytes(10)));
    assertThat(parts.storedOffset(1)).isZero();
    assertThat(parts.storedOffset(2)).isEqualTo(-1);
    assertThat(parts.numberHolding(9)).isEqualTo(1);
    assertThat(parts.numberHolding(10)).isEqualTo(2);
    assertThat(new ReportedParts(List.of()).numberHolding(0)).isEqualTo(1);
  }

  @Property(tries = 300)
  void everyByteIsFoundAsByCounting(
      @ForAll @Size(max = 8) List<@LongRange(max = 3) Long> plainSizes) {
    ReportedParts parts = ofPlain(plainSizes.stream().mapToLong(Long::longValue).toArray());
    long offset = 0;
    for (int part = 0; part < plainSizes.size(); part++) {
      for (long i = 0; i < plainSizes.get(part); i++) {
        assertThat(parts.numberHolding(offset)).isEqualTo(part + 1);
        offset++;
      }
    }
    assertThat(parts.numberHolding(offset)).isEqualTo(plainSizes.size() + 1);
  }
}
