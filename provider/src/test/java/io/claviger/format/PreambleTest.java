package io.claviger.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.claviger.object.FormatException;
import io.claviger.object.FormatException.Failure;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PreambleTest {
  @Property
  void whatWasEncodedIsDecoded(
      @ForAll boolean last,
      @ForAll @IntRange(min = 2, max = 10_000) int part,
      @ForAll @LongRange(max = 5_366_088_830L) long plainBytes,
      @ForAll @LongRange(min = -1) long offset) {
    Preamble preamble = new Preamble(last, part, plainBytes, offset);
    byte[] bytes = preamble.encode();
    assertThat(bytes).hasSize(Preamble.BYTES);
    assertThat(Preamble.decode(bytes)).isEqualTo(preamble);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, WRONG_MAGIC",
    "4, 0, UNKNOWN_VERSION",
    "4, 2, UNKNOWN_VERSION",
    "5, 2, UNKNOWN_FLAGS",
    "5, -127, UNKNOWN_FLAGS",
    "6, 64, PART_NUMBER",
    "7, 0, PART_NUMBER",
    "8, 1, TOO_LARGE",
    "8, -1, TOO_LARGE",
    "23, 1, OFFSET",
    "16, -2, OFFSET",
  })
  void eachWrongByteHasItsOwnRefusal(int at, byte value, Failure failure) {
    byte[] bytes = Preamble.single(5).encode();
    bytes[at] = value;
    FormatException e = catchThrowableOfType(FormatException.class, () -> Preamble.decode(bytes));
    assertThat(e.failure()).isEqualTo(failure);
  }

  @Property(tries = 2000)
  void anyBytesAreDecodedExactlyOrRefused(@ForAll @Size(max = 40) byte[] bytes) {
    try {
      byte[] again = Preamble.decode(bytes).encode();
      assertThat(bytes).startsWith(again);
    } catch (FormatException e) {
      assertThat(e.failure()).isNotNull();
    }
  }

  /** Only the last part may be stored in less than 5 MiB, and nothing follows part 10,000. */
  @ParameterizedTest
  @CsvSource({
    "1, 5242879, true",
    "1, 5242880, false",
    "9999, 5242880, false",
    "10000, 5242880, true",
    "10000, 5368709120, true",
  })
  void whetherAPartIsTheLastFollowsFromItsSizeAndNumber(int number, long stored, boolean last) {
    assertThat(Preamble.isLastOfUpload(number, stored)).isEqualTo(last);
  }

  @Test
  void aPartOfAnUploadSaysWhereItBelongs() {
    assertThat(Preamble.ofUpload(1, 100, Preamble.OFFSET_UNKNOWN))
        .isEqualTo(new Preamble(true, 1, 100, 0));
    assertThat(Preamble.ofUpload(2, 6 << 20, 5 << 20))
        .isEqualTo(new Preamble(false, 2, 6 << 20, 5 << 20));
    assertThat(Preamble.ofUpload(10_000, 6 << 20, Preamble.OFFSET_UNKNOWN))
        .isEqualTo(new Preamble(true, 10_000, 6 << 20, Preamble.OFFSET_UNKNOWN));
  }
}
