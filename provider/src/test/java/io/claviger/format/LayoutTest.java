package io.claviger.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.claviger.object.FormatException;
import io.claviger.object.FormatException.Failure;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LayoutTest {
  @ParameterizedTest
  @CsvSource({
    "0, 130",
    "1, 131",
    "65535, 65665",
    "65536, 65666",
    "65537, 65699",
    "131072, 131234",
    "131073, 131267",
    "5242880, 5245538",
    "5366088830, 5368709120",
  })
  void storedSizeAndItsInverse(long plain, long stored) {
    assertThat(Layout.storedBytes(plain)).isEqualTo(stored);
    assertThat(Layout.plainBytes(stored)).isEqualTo(plain);
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, 0, 97, 98, 129, 65_667, 65_698, 131_235, 131_266, 5_368_709_121L})
  void sizesThatNothingIsStoredIn(long stored) {
    FormatException e =
        catchThrowableOfType(FormatException.class, () -> Layout.plainBytes(stored));
    assertThat(e.failure()).isEqualTo(Failure.LENGTH);
    assertThat(e).hasMessageContaining(String.valueOf(stored)).hasMessageContaining("Restore");
  }

  @Test
  void oneByteMoreThanAPartHolds() {
    FormatException e =
        catchThrowableOfType(
            FormatException.class, () -> Layout.storedBytes(Layout.MAX_PLAIN_BYTES + 1));
    assertThat(e.failure()).isEqualTo(Failure.TOO_LARGE);
    assertThat(e).hasMessageContaining("5366088830");
  }

  @Property
  void inversesAndStrictlyRising(@ForAll @LongRange(max = 5_366_088_829L) long plain) {
    assertThat(Layout.plainBytes(Layout.storedBytes(plain))).isEqualTo(plain);
    assertThat(Layout.storedBytes(plain + 1)).isGreaterThan(Layout.storedBytes(plain));
  }

  @Property
  void segmentsTileThePart(@ForAll @LongRange(max = 5_366_088_830L) long plain) {
    long last = Layout.segments(plain) - 1;
    assertThat(Layout.segmentOffset(last) + Layout.segmentStoredBytes(last, plain))
        .isEqualTo(Layout.storedBytes(plain));
    if (plain > 0) {
      assertThat(Layout.segmentOf(plain - 1)).isEqualTo(last);
    }
  }
}
