package io.claviger.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.claviger.object.FormatException;
import io.claviger.object.FormatException.Failure;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the first bytes of an object say to a reader without its key. */
class PartFormTest {
  private static final byte[] KEY = new byte[32];

  private static byte[] stored(int plainBytes) {
    PartSealer sealer = new PartSealer(KEY, Preamble.single(plainBytes), new byte[32]);
    return PartTest.seal(sealer, new byte[plainBytes]);
  }

  private static Failure refusal(byte[] first) {
    FormatException e =
        catchThrowableOfType(FormatException.class, () -> PartForm.of(first).requireFirstSegment());
    return e == null ? null : e.failure();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 65_535, 65_536, 65_537, 131_072})
  void aSealedObjectHasTheForm(int plainBytes) {
    byte[] stored = stored(plainBytes);
    byte[] first = Arrays.copyOf(stored, Layout.MIN_STORED_BYTES);
    assertThat(refusal(first)).isNull();
    assertThat(refusal(stored)).isNull();
    assertThat(PartForm.of(first).preamble()).isEqualTo(Preamble.single(plainBytes));
    byte[] prologue = Arrays.copyOf(stored, Layout.PROLOGUE_BYTES);
    assertThat(PartForm.of(first).hint())
        .isEqualTo(PartOpener.verify(KEY, prologue, 1).headerHint());
  }

  @Test
  void fewerBytesThanAPartHasAreNone() {
    assertThat(refusal(Arrays.copyOf(stored(9), Layout.MIN_STORED_BYTES - 1)))
        .isEqualTo(Failure.TRUNCATED);
  }

  @Test
  void otherParametersAreRefused() {
    for (int at = Preamble.BYTES; at < PartOpener.BEGINNING_BYTES; at++) {
      byte[] changed = stored(9);
      changed[at] ^= 1;
      assertThat(refusal(changed)).isEqualTo(Failure.UNKNOWN_PARAMETERS);
      assertThat(PartOpener.beginsObject(changed)).isFalse();
    }
  }

  /** A segment that says less than it has, or more, or that it is the last one. */
  @ParameterizedTest
  @CsvSource({"65536, 3", "65537, 0", "131072, 3"})
  void anotherLengthOfTheFirstSegmentIsRefused(int plainBytes, int at) {
    byte[] changed = stored(plainBytes);
    changed[Layout.PROLOGUE_BYTES + at] ^= 1;
    assertThat(refusal(changed)).isEqualTo(Failure.SEGMENT);
  }

  @Test
  void anObjectBeginsWithPartOne() {
    byte[] stored = stored(9);
    assertThat(PartOpener.beginsObject(stored)).isTrue();
    assertThat(PartOpener.beginsObject(Arrays.copyOf(stored, PartOpener.BEGINNING_BYTES))).isTrue();
    assertThat(PartOpener.beginsObject(Arrays.copyOf(stored, PartOpener.BEGINNING_BYTES - 1)))
        .isFalse();
    byte[] second = stored.clone();
    System.arraycopy(Preamble.ofUpload(2, 9, 100).encode(), 0, second, 0, Preamble.BYTES);
    assertThat(PartOpener.beginsObject(second)).isFalse();
    assertThat(PartOpener.beginsObject(new byte[Layout.MIN_STORED_BYTES])).isFalse();
  }
}
