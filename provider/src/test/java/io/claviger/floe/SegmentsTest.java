package io.claviger.floe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.claviger.floe.FloeException.Refusal;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** The edges of single segments: numbers, lengths, marks, and what refusals say of them. */
class SegmentsTest {
  private static final int PLAIN = 48;
  private static final int FULL = PLAIN + FloeParameters.SEGMENT_OVERHEAD_BYTES;
  private static final FloeParameters PARAMETERS = FloeParameters.ofSegmentBytes(FULL);
  private static final FloeMessage MESSAGE =
      FloeMessage.begin(PARAMETERS, new byte[32], new byte[0]);
  private static final long MOST = 1L << 40;

  private static byte[] seal(long number, boolean last, int length) {
    byte[] out = new byte[length + FloeParameters.SEGMENT_OVERHEAD_BYTES];
    int sealed =
        MESSAGE.sealer().seal(number, last, new byte[12], 0, new byte[length], 0, length, out, 0);
    assertThat(sealed).isEqualTo(out.length);
    return out;
  }

  private static int open(long number, boolean last, byte[] segment) {
    return MESSAGE.opener().open(number, last, segment, 0, segment.length, new byte[FULL], 0);
  }

  private static void assertRefused(Refusal refusal, String words, ThrowingCallable call) {
    FloeException e = catchThrowableOfType(FloeException.class, call);
    assertThat(e.refusal()).isEqualTo(refusal);
    assertThat(e).hasMessageContaining(words);
  }

  @Test
  void aSegmentHoldsAByteAtLeast() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FloeParameters.ofSegmentBytes(32))
        .withMessageContaining("32 bytes");
    assertThat(FloeParameters.ofSegmentBytes(33).plainBytes()).isEqualTo(1);
  }

  @Test
  void numbersRunFromZeroToTheLastOfAMessage() {
    String most = "at most 1099511627776 segments";
    assertThat(open(0, false, seal(0, false, PLAIN))).isEqualTo(PLAIN);
    assertThat(open(MOST - 2, false, seal(MOST - 2, false, PLAIN))).isEqualTo(PLAIN);
    assertThat(open(MOST - 1, true, seal(MOST - 1, true, 3))).isEqualTo(3);
    assertRefused(Refusal.TOO_MANY_SEGMENTS, most, () -> seal(-1, false, PLAIN));
    assertRefused(Refusal.TOO_MANY_SEGMENTS, most, () -> seal(MOST - 1, false, PLAIN));
    assertRefused(Refusal.TOO_MANY_SEGMENTS, most, () -> seal(MOST, true, 3));
  }

  @Test
  void everySegmentButTheLastIsFull() {
    assertThat(open(4, true, seal(4, true, 0))).isZero();
    assertThat(open(4, true, seal(4, true, PLAIN))).isEqualTo(PLAIN);
    String exactly = "expected exactly " + PLAIN;
    assertRefused(Refusal.SEGMENT_LENGTH, exactly, () -> seal(4, false, PLAIN - 1));
    assertRefused(Refusal.SEGMENT_LENGTH, exactly, () -> seal(4, false, PLAIN + 1));
    assertRefused(Refusal.SEGMENT_LENGTH, "expected 0 to " + PLAIN, () -> seal(4, true, PLAIN + 1));
    assertRefused(
        Refusal.SEGMENT_LENGTH, "expected 32 to " + FULL, () -> open(4, true, new byte[31]));
    assertRefused(
        Refusal.SEGMENT_LENGTH, "expected exactly " + FULL, () -> open(4, false, new byte[31]));
  }

  @Test
  void anOutputThatIsTooSmallIsNotTouched() {
    byte[] out = new byte[PLAIN + FloeParameters.SEGMENT_OVERHEAD_BYTES + 4];
    assertThatThrownBy(
            () ->
                MESSAGE.sealer().seal(0, false, new byte[12], 0, new byte[PLAIN], 0, PLAIN, out, 5))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThat(out).containsOnly(0);
    assertThatCode(
            () ->
                MESSAGE.sealer().seal(0, false, new byte[12], 0, new byte[PLAIN], 0, PLAIN, out, 4))
        .doesNotThrowAnyException();
  }

  @Test
  void aMarkThatIsNotOfItsPlaceIsNamed() {
    byte[] middle = seal(7, false, PLAIN);
    byte[] last = seal(7, true, PLAIN);
    assertRefused(
        Refusal.SEGMENT_MARK,
        "segment 7: its length field says not last, its place demands last, " + FULL + " bytes",
        () -> open(7, true, middle));
    assertRefused(
        Refusal.SEGMENT_MARK,
        "segment 7: its length field says last, " + FULL + " bytes, its place demands not last",
        () -> open(7, false, last));
    last[0] = (byte) 0x80;
    assertRefused(Refusal.SEGMENT_MARK, "last, 2147483728 bytes", () -> open(7, true, last));
  }

  @Test
  void aSegmentSaysHowLongItIs() {
    byte[] middle = seal(0, false, PLAIN);
    byte[] last = seal(0, true, 5);
    assertThat(SequentialOpener.saidBytes(middle, 0, PARAMETERS)).isEqualTo(FULL);
    assertThat(SequentialOpener.saidBytes(last, 0, PARAMETERS)).isEqualTo(37);
    last[0] = (byte) 0x80;
    assertThat(SequentialOpener.saidBytes(last, 0, PARAMETERS)).isEqualTo(0x80000025L);
  }

  @Test
  void aShortSegmentThatSaysItIsNotTheLastIsTooShort() {
    byte[] empty = seal(0, true, 0);
    SequentialOpener opener = new SequentialOpener(MESSAGE);
    assertThat(opener.open(empty, 0, 32, new byte[1], 0)).isZero();
    assertThat(opener.isComplete()).isTrue();
    for (int i = 0; i < 4; i++) {
      empty[i] = (byte) 0xFF;
    }
    assertRefused(
        Refusal.SEGMENT_LENGTH,
        "segment 0: 32 bytes, expected exactly " + FULL,
        () -> new SequentialOpener(MESSAGE).open(empty, 0, 32, new byte[FULL], 0));
  }

  @Test
  void nothingIsSealedAfterTheLast() {
    SequentialSealer sealer = new SequentialSealer(MESSAGE);
    byte[] out = new byte[FULL];
    sealer.seal(true, new byte[0], 0, new byte[1], 0, 1, out, 0);
    assertRefused(
        Refusal.AFTER_LAST,
        "segment 1 comes after the last one",
        () -> sealer.seal(true, new byte[0], 0, new byte[1], 0, 1, out, 0));
  }
}
