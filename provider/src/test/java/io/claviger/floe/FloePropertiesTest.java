package io.claviger.floe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.claviger.floe.FloeException.Refusal;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** What holds for every message: round trips, and every change refused. */
class FloePropertiesTest {
  private static final byte[] KEY = new byte[32];

  @Property(tries = 300)
  void everyMessageOpensToWhatWasSealed(
      @ForAll @Size(max = 400) byte[] plain,
      @ForAll @Size(max = 40) byte[] aad,
      @ForAll @IntRange(min = 33, max = 200) int segmentBytes,
      @ForAll @IntRange(max = 3) int rotationBits) {
    FloeParameters parameters = new FloeParameters(segmentBytes, rotationBits);
    assertThat(open(parameters, aad, seal(parameters, aad, plain))).isEqualTo(plain);
  }

  @Property(tries = 500)
  void everyChangedBitIsRefused(
      @ForAll @Size(max = 150) byte[] plain,
      @ForAll @IntRange(min = 33, max = 80) int segmentBytes,
      @ForAll @IntRange(min = 0, max = 1_000_000) int where) {
    FloeParameters parameters = FloeParameters.ofSegmentBytes(segmentBytes);
    byte[] stored = seal(parameters, new byte[0], plain);
    int bit = where % (8 * stored.length);
    stored[bit / 8] ^= (byte) (1 << bit % 8);
    assertThat(refusal(parameters, stored)).isNotNull();
  }

  @Property(tries = 300)
  void everyCutIsRefused(
      @ForAll @Size(max = 150) byte[] plain,
      @ForAll @IntRange(min = 33, max = 80) int segmentBytes,
      @ForAll @IntRange(min = 0, max = 1_000_000) int where) {
    FloeParameters parameters = FloeParameters.ofSegmentBytes(segmentBytes);
    byte[] stored = seal(parameters, new byte[0], plain);
    byte[] cut = Arrays.copyOf(stored, where % stored.length);
    assertThat(isWhole(parameters, cut)).isFalse();
  }

  @Property(tries = 200)
  void twoSegmentsSwappedAreRefused(
      @ForAll @Size(min = 60, max = 150) byte[] plain, @ForAll @IntRange(max = 1) int first) {
    FloeParameters parameters = FloeParameters.ofSegmentBytes(48);
    byte[] stored = seal(parameters, new byte[0], plain);
    int a = FloeParameters.HEADER_BYTES + first * 48;
    byte[] one = Arrays.copyOfRange(stored, a, a + 48);
    System.arraycopy(stored, a + 48, stored, a, 48);
    System.arraycopy(one, 0, stored, a + 48, 48);
    assertThat(isWhole(parameters, stored)).isFalse();
  }

  @Property(tries = 100)
  void aDoubledLastSegmentIsRefused(@ForAll @Size(max = 40) byte[] plain) {
    FloeParameters parameters = FloeParameters.ofSegmentBytes(80);
    byte[] stored = seal(parameters, new byte[0], plain);
    FloeMessage message = verify(parameters, new byte[0], stored);
    SequentialOpener opener = new SequentialOpener(message);
    int length = stored.length - FloeParameters.HEADER_BYTES;
    byte[] out = new byte[80];
    opener.open(stored, FloeParameters.HEADER_BYTES, length, out, 0);
    FloeException e =
        catchThrowableOfType(
            FloeException.class,
            () -> opener.open(stored, FloeParameters.HEADER_BYTES, length, out, 0));
    assertThat(e.refusal()).isEqualTo(Refusal.AFTER_LAST);
  }

  static byte[] seal(FloeParameters parameters, byte[] aad, byte[] plain) {
    FloeMessage message = FloeMessage.begin(parameters, KEY, aad);
    SequentialSealer sealer = new SequentialSealer(message);
    ByteArrayOutputStream stored = new ByteArrayOutputStream();
    stored.writeBytes(message.header());
    byte[] out = new byte[parameters.segmentBytes()];
    int at = 0;
    boolean last;
    do {
      int length = Math.min(parameters.plainBytes(), plain.length - at);
      last = at + length == plain.length;
      int headBytes = length / 3;
      byte[] head = Arrays.copyOfRange(plain, at, at + headBytes);
      stored.write(
          out,
          0,
          sealer.seal(last, head, headBytes, plain, at + headBytes, length - headBytes, out, 0));
      at += length;
    } while (!last);
    return stored.toByteArray();
  }

  static FloeMessage verify(FloeParameters parameters, byte[] aad, byte[] stored) {
    byte[] header = Arrays.copyOf(stored, Math.min(stored.length, FloeParameters.HEADER_BYTES));
    return FloeMessage.verify(parameters, KEY, header, aad);
  }

  static byte[] open(FloeParameters parameters, byte[] aad, byte[] stored) {
    SequentialOpener opener = new SequentialOpener(verify(parameters, aad, stored));
    ByteArrayOutputStream plain = new ByteArrayOutputStream();
    byte[] out = new byte[parameters.segmentBytes()];
    for (int at = FloeParameters.HEADER_BYTES;
        at < stored.length;
        at += parameters.segmentBytes()) {
      int length = Math.min(parameters.segmentBytes(), stored.length - at);
      plain.write(out, 0, opener.open(stored, at, length, out, 0));
    }
    if (!opener.isComplete()) {
      throw new FloeException(Refusal.SEGMENT_LENGTH, "no last segment");
    }
    return plain.toByteArray();
  }

  private static boolean isWhole(FloeParameters parameters, byte[] stored) {
    return refusal(parameters, stored) == null;
  }

  private static Refusal refusal(FloeParameters parameters, byte[] stored) {
    try {
      open(parameters, new byte[0], stored);
      return null;
    } catch (FloeException e) {
      return e.refusal();
    }
  }
}
