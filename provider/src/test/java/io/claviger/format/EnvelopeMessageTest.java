package io.claviger.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.claviger.object.FormatException;
import io.claviger.object.FormatException.Failure;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The end of a message: each way to be cut or longer has its own refusal (format 8). */
class EnvelopeMessageTest {
  private static final byte[] KEY = new byte[32];
  private static final byte[] NONE = new byte[0];
  private static final int OVERHEAD = Layout.SEGMENT_OVERHEAD_BYTES;

  private final EnvelopeMessage.Sealer sealer =
      new EnvelopeMessage.Sealer(KEY, new byte[] {1, 2, 3}, NONE);
  private final EnvelopeMessage.Opener opener =
      new EnvelopeMessage.Opener(KEY, sealer.start(), NONE);
  private final byte[] out = new byte[Layout.SEGMENT_PLAIN_BYTES];

  private byte[] last(int plainBytes) {
    byte[] segment = new byte[plainBytes + OVERHEAD];
    byte[] plain = new byte[plainBytes];
    Arrays.fill(plain, (byte) 7);
    assertThat(sealer.seal(true, NONE, 0, plain, 0, plainBytes, segment, 0))
        .isEqualTo(segment.length);
    return segment;
  }

  @ParameterizedTest
  @CsvSource({"0", "1", "65536"})
  void theLastSegmentEndsIt(int plainBytes) {
    byte[] segment = last(plainBytes);
    assertThat(EnvelopeMessage.Opener.saysLast(segment, 0)).isTrue();
    assertThat(opener.openEnd(segment, segment.length, out, 0)).isEqualTo(plainBytes);
    assertThat(Arrays.copyOf(out, plainBytes)).containsOnly(plainBytes == 0 ? new int[0] : seven());
    opener.requireComplete();
  }

  private static int[] seven() {
    return new int[] {7};
  }

  @Test
  void aFullSegmentBeforeOthersIsNotTheLast() {
    byte[] segment = new byte[Layout.SEGMENT_STORED_BYTES];
    sealer.seal(false, NONE, 0, new byte[65_536], 0, 65_536, segment, 0);
    assertThat(EnvelopeMessage.Opener.saysLast(segment, 0)).isFalse();
    opener.open(segment, 0, segment.length, out, 0);
    FormatException e = catchThrowableOfType(FormatException.class, opener::requireComplete);
    assertThat(e.failure()).isEqualTo(Failure.TRUNCATED);
  }

  private Failure refusal(byte[] segment, int length) {
    FormatException e =
        catchThrowableOfType(FormatException.class, () -> opener.openEnd(segment, length, out, 0));
    assertThat(out).containsOnly(0);
    return e.failure();
  }

  @ParameterizedTest
  @CsvSource({"0", "1", "3", "4", "5", "31", "32", "131"})
  void aCutWithinTheLastSegmentIsRefusedAsOne(int length) {
    assertThat(refusal(last(100), length)).isEqualTo(Failure.TRUNCATED);
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "0, 5", "1, 1", "100, 65000"})
  void bytesBehindTheLastSegmentAreRefusedAsSuch(int plainBytes, int more) {
    byte[] segment = last(plainBytes);
    assertThat(refusal(Arrays.copyOf(segment, segment.length + more), segment.length + more))
        .isEqualTo(Failure.TRAILING_BYTES);
  }

  /** Lengths that no segment has are no cut and no bytes behind: the segment itself is wrong. */
  @ParameterizedTest
  @CsvSource({"0", "31", "65569", "-2"})
  void aLengthThatNoSegmentHasIsRefusedAsAChange(int said) {
    byte[] segment = last(100);
    java.nio.ByteBuffer.wrap(segment).putInt(said);
    assertThat(refusal(segment, segment.length)).isEqualTo(Failure.SEGMENT);
  }

  @Test
  void theLongestLengthOfASegmentIsOne() {
    byte[] segment = last(100);
    java.nio.ByteBuffer.wrap(segment).putInt(Layout.SEGMENT_STORED_BYTES);
    assertThat(refusal(segment, segment.length)).isEqualTo(Failure.TRUNCATED);
  }

  @Test
  void itIsKnownByItsFirstFourBytes() {
    byte[] start = sealer.start();
    assertThat(EnvelopeMessage.begins(start)).isTrue();
    assertThat(EnvelopeMessage.begins(Arrays.copyOf(start, 4))).isTrue();
    assertThat(EnvelopeMessage.begins(Arrays.copyOf(start, 3))).isFalse();
    for (int at = 0; at < 4; at++) {
      byte[] other = start.clone();
      other[at] ^= 1;
      assertThat(EnvelopeMessage.begins(other)).isFalse();
    }
  }

  @ParameterizedTest
  @CsvSource({"0, true", "1, false", "65535, false", "65536, true"})
  void aWrappedKeyHasOneToSixtyFourKibLessOneBytes(int bytes, boolean refused) {
    FormatException e =
        catchThrowableOfType(
            FormatException.class,
            () -> new EnvelopeMessage.Sealer(KEY, new byte[bytes], NONE).start());
    assertThat(e != null).isEqualTo(refused);
  }
}
