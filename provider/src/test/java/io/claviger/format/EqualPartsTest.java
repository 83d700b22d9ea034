package io.claviger.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalInt;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class EqualPartsTest {
  private static final long MIN_PART = 5L << 20;

  /** Objects as writers make them (format 6.1) are found where they are supposed. */
  @Property
  void equalPartsAreFoundAtOnce(
      @ForAll @LongRange(min = 5L << 20, max = 200L << 20) long part,
      @ForAll @IntRange(min = 1, max = 9_998) int full,
      @ForAll @LongRange(min = 0, max = 200L << 20) long rest) {
    long stored = Layout.storedBytes(part);
    long last = rest % (part + 1);
    long lastStored = Layout.storedBytes(last);
    boolean closing = lastStored >= MIN_PART;
    long lastOffset = full * stored + (closing ? lastStored : 0);
    long storedBytes = full * stored + lastStored + (closing ? Layout.MIN_STORED_BYTES : 0);
    EqualParts equal = new EqualParts(part, storedBytes);
    assertThat(equal.lastOffset()).isEqualTo(lastOffset);
    assertThat(equal.plainBytes()).isEqualTo(full * part + last);
    assertThat(equal.fits(full + (closing ? 2 : 1))).isTrue();
    assertThat(equal.fits(full + 3)).isFalse();
    assertThat(equal.storedOffset(full + 1)).isEqualTo(full * stored);
    assertThat(equal.numberHolding(full * part - 1)).isEqualTo(full);
    assertThat(equal.numberHolding(full * part)).isEqualTo(full + 1);
  }

  @Property
  void aUsualSizeIsGuessedFromTheCountOfParts(
      @ForAll @IntRange(min = 5, max = 64) int mib,
      @ForAll @IntRange(min = 70, max = 9_990) int full,
      @ForAll @IntRange(min = 1, max = 1 << 20) int rest) {
    long part = (long) mib << 20;
    long storedBytes = full * Layout.storedBytes(part) + Layout.storedBytes(rest);
    assertThat(EqualParts.usual(storedBytes, OptionalInt.of(full + 1)))
        .isEqualTo(new EqualParts(part, storedBytes));
  }

  /** Nothing else leaves just the room for a closing part. */
  @Test
  void partsBeforeAClosingPartAreFoundWhateverIsUsual() {
    for (int mib : new int[] {5, 6, 7, 9, 12, 100}) {
      long part = (long) mib << 20;
      for (int parts = 1; parts <= 3; parts++) {
        long storedBytes = parts * Layout.storedBytes(part) + Layout.MIN_STORED_BYTES;
        assertThat(EqualParts.usual(storedBytes, OptionalInt.of(parts + 1)))
            .as("%d of %d MiB", parts, mib)
            .isEqualTo(new EqualParts(part, storedBytes));
      }
    }
  }

  @Test
  void withFewPartsTheUsualOneIsPreferred() {
    long storedBytes = 2 * Layout.storedBytes(8 << 20) + Layout.storedBytes(100);
    assertThat(EqualParts.usual(storedBytes, OptionalInt.of(3)).partPlainBytes())
        .isEqualTo(8 << 20);
  }

  @Test
  void nothingIsGuessedWithoutACountOrWhereNothingFits() {
    assertThat(EqualParts.usual(100 << 20, OptionalInt.empty())).isNull();
    assertThat(EqualParts.usual(100 << 20, OptionalInt.of(1))).isNull();
    assertThat(EqualParts.usual(1000, OptionalInt.of(9_000))).isNull();
  }

  /** The adversarial sizes store as many bytes as equal ones and hold fewer. */
  @Test
  void oddSizesCanLookLikeEqualOnesByTheirStoredSize() {
    long mib = 1 << 20;
    long odd =
        Layout.storedBytes(8 * mib)
            + Layout.storedBytes(10 * mib - 100)
            + Layout.storedBytes(6 * mib + 68);
    assertThat(odd).isEqualTo(3 * Layout.storedBytes(8 * mib));
    assertThat(8 * mib + 10 * mib - 100 + 6 * mib + 68).isEqualTo(24 * mib - 32);
  }

  @Property
  void anySizesAreAnsweredWithinTheObject(
      @ForAll @LongRange(min = 0, max = 5_366_088_830L) long part,
      @ForAll @LongRange(min = 130, max = 50L << 40) long storedBytes,
      @ForAll @LongRange(min = 0, max = 50L << 40) long offset) {
    EqualParts equal = new EqualParts(part, storedBytes);
    assertThat(equal.lastOffset()).isBetween(0L, storedBytes - Layout.MIN_STORED_BYTES);
    assertThat(equal.numberHolding(offset)).isBetween(1, 10_000);
    assertThat(equal.storedOffset(equal.numberHolding(offset))).isNotNegative();
  }

  /** A last part of 5 MiB stored or more is followed by a closing part, a smaller one is not. */
  @Test
  void theLastPartBeginsWhereTheRestOfEqualOnesDoes() {
    long part = 8 << 20;
    long stored = Layout.storedBytes(part);
    long closing = Layout.MIN_STORED_BYTES;
    assertThat(new EqualParts(part, 2 * stored + closing).lastOffset()).isEqualTo(2 * stored);
    assertThat(new EqualParts(part, 2 * stored + closing + 1).lastOffset()).isEqualTo(2 * stored);
    assertThat(new EqualParts(part, 2 * stored + MIN_PART - 1).lastOffset()).isEqualTo(2 * stored);
    assertThat(new EqualParts(part, 2 * stored + MIN_PART).lastOffset())
        .isEqualTo(2 * stored + MIN_PART - closing);
  }

  @Test
  void twoPartsAreEnoughToGuess() {
    long part = 16L << 20;
    long storedBytes = Layout.storedBytes(part) + Layout.storedBytes(3 << 20);
    assertThat(EqualParts.usual(storedBytes, OptionalInt.of(2)))
        .isEqualTo(new EqualParts(part, storedBytes));
  }

  /** Sizes that are no client's default are tried from the least to the largest that can be. */
  @Test
  void anUnusualSizeIsGuessedAtBothEndsOfWhatCanBe() {
    long little = 3L << 20;
    long small = 99 * Layout.storedBytes(little) + Layout.storedBytes(little - 100_000);
    assertThat(EqualParts.usual(small, OptionalInt.of(100)))
        .isEqualTo(new EqualParts(little, small));
    long odd = 23L << 20;
    long full = 10 * Layout.storedBytes(odd) + Layout.MIN_STORED_BYTES;
    assertThat(EqualParts.usual(full, OptionalInt.of(11))).isEqualTo(new EqualParts(odd, full));
  }

  @Test
  void aSizeAboveWhatAPartCanHoldIsNotGuessed() {
    long storedBytes = 2 * Layout.MAX_STORED_BYTES + Layout.MIN_STORED_BYTES;
    assertThat(EqualParts.usual(storedBytes, OptionalInt.of(2))).isNull();
  }

  /** A last part that S3 takes in the middle too has no last flag: a closing part is behind it. */
  @Test
  void theLastPartHasAClosingOneBehindItFromFiveMiB() {
    long part = 8 << 20;
    for (long rest = MIN_PART - 1; rest <= MIN_PART + 1; rest++) {
      long storedBytes = Layout.storedBytes(part) + rest;
      assertThat(new EqualParts(part, storedBytes).lastOffset())
          .as("%d stored bytes behind part 1", rest)
          .isEqualTo(storedBytes - (rest < MIN_PART ? rest : Layout.MIN_STORED_BYTES));
    }
  }

  @Test
  void anEmptyObjectIsOnePart() {
    EqualParts empty = new EqualParts(0, Layout.MIN_STORED_BYTES);
    assertThat(empty.plainBytes()).isZero();
    assertThat(empty.fits(1)).isTrue();
    assertThat(empty.fits(2)).isFalse();
  }

  @Test
  void bytesThatNoPartIsStoredInAreNoParts() {
    long part = 8 << 20;
    long twoSegments = Layout.storedBytes(Layout.SEGMENT_PLAIN_BYTES) + 1; // no room for a tag
    EqualParts equal = new EqualParts(part, Layout.storedBytes(part) + twoSegments);
    assertThat(equal.plainBytes()).isEqualTo(-1);
    assertThat(equal.fits(2)).isFalse();
  }
}
