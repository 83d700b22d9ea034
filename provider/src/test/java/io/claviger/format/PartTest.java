package io.claviger.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.claviger.object.FormatException;
import io.claviger.object.FormatException.Failure;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sealing and opening of one part through the package's own faces. */
class PartTest {
  private static final byte[] KEY = filled(32, 7);
  private static final byte[] SEED = filled(32, 9);

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 65_535, 65_536, 65_537, 131_071, 131_072, 131_073, 300_000})
  void opensToWhatWasSealed(int size) {
    byte[] plain = random(size);
    PartSealer sealer = new PartSealer(KEY, Preamble.single(size), SEED);
    byte[] stored = seal(sealer, plain);
    assertThat(stored).hasSize((int) Layout.storedBytes(size));
    assertThat(open(KEY, stored)).isEqualTo(plain);
    assertThat(seal(sealer, plain)).as("another pass").isEqualTo(stored);
    PartOpener proved = PartOpener.verifyHint(KEY, Preamble.single(size), sealer.headerHint());
    assertThat(proved.headerHint()).isEqualTo(sealer.headerHint());
  }

  @Test
  void anotherSeedGivesOtherBytes() {
    byte[] plain = random(100);
    byte[] one = seal(new PartSealer(KEY, Preamble.single(100), SEED), plain);
    byte[] two = seal(new PartSealer(KEY, Preamble.single(100), filled(32, 10)), plain);
    assertThat(Arrays.copyOfRange(one, Layout.PROLOGUE_BYTES, one.length))
        .isNotEqualTo(Arrays.copyOfRange(two, Layout.PROLOGUE_BYTES, two.length));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 65_535, 65_536, 199_999})
  void aSourceThatChangedIsRefusedAtTheChangedSegment(int changedAt) {
    byte[] plain = random(200_000);
    PartSealer sealer = new PartSealer(KEY, Preamble.single(plain.length), SEED);
    byte[] first = seal(sealer, plain);
    plain[changedAt] ^= 1;
    PartSealer.Pass pass = sealer.newPass();
    byte[] out = new byte[Layout.SEGMENT_STORED_BYTES];
    int changedSegment = changedAt / Layout.SEGMENT_PLAIN_BYTES;
    for (int n = 0; n < changedSegment; n++) {
      int sealed = pass.sealSegment(plain, n * 65_536, 65_536, out, 0);
      int at = (int) Layout.segmentOffset(n);
      assertThat(Arrays.copyOf(out, sealed)).isEqualTo(Arrays.copyOfRange(first, at, at + sealed));
    }
    int length = Layout.segmentPlainBytes(changedSegment, plain.length);
    FormatException e =
        catchThrowableOfType(
            FormatException.class,
            () -> pass.sealSegment(plain, changedSegment * 65_536, length, out, 0));
    assertThat(e.failure()).isEqualTo(Failure.SOURCE_CHANGED);
    assertThat(Arrays.copyOf(out, length + 32)).containsOnly(0);
  }

  @Test
  void everyFlippedBitIsRefused() {
    byte[] stored = seal(new PartSealer(KEY, Preamble.single(40), SEED), random(40));
    for (int bit = 0; bit < 8 * stored.length; bit++) {
      byte[] changed = stored.clone();
      changed[bit / 8] ^= (byte) (1 << bit % 8);
      FormatException e = catchThrowableOfType(FormatException.class, () -> open(KEY, changed));
      assertThat(e).as("bit %d", bit).isNotNull();
    }
  }

  @Test
  void anotherKeyAndAnotherPartNumberAreRefused() {
    byte[] stored = seal(new PartSealer(KEY, Preamble.single(40), SEED), random(40));
    byte[] prologue = Arrays.copyOf(stored, Layout.PROLOGUE_BYTES);
    assertThat(failureOf(() -> PartOpener.verify(filled(32, 8), prologue, 1)))
        .isEqualTo(Failure.HEADER_TAG);
    assertThat(failureOf(() -> PartOpener.verify(KEY, prologue, 2))).isEqualTo(Failure.PART_NUMBER);
    assertThat(failureOf(() -> PartOpener.verify(KEY, Arrays.copyOf(prologue, 97), 1)))
        .isEqualTo(Failure.TRUNCATED);
  }

  @Test
  void aHintProvesExactlyOneLength() {
    PartSealer sealer = new PartSealer(KEY, Preamble.single(40), SEED);
    byte[] hint = sealer.headerHint();
    for (long size : new long[] {0, 39, 41, 65_576}) {
      assertThat(failureOf(() -> PartOpener.verifyHint(KEY, Preamble.single(size), hint)))
          .isEqualTo(Failure.HEADER_TAG);
    }
    for (int bit = 0; bit < 8 * hint.length; bit++) {
      byte[] changed = hint.clone();
      changed[bit / 8] ^= (byte) (1 << bit % 8);
      assertThat(failureOf(() -> PartOpener.verifyHint(KEY, Preamble.single(40), changed)))
          .isEqualTo(Failure.HEADER_TAG);
    }
  }

  @Test
  void otherParametersAreRefused() {
    byte[] stored = seal(new PartSealer(KEY, Preamble.single(40), SEED), random(40));
    byte[] prologue = Arrays.copyOf(stored, Layout.PROLOGUE_BYTES);
    for (int at = Preamble.BYTES; at < Preamble.BYTES + 10; at++) {
      byte[] changed = prologue.clone();
      changed[at] ^= 1;
      assertThat(failureOf(() -> PartOpener.verify(KEY, changed, 1)))
          .isEqualTo(Failure.UNKNOWN_PARAMETERS);
    }
  }

  @Test
  void aSegmentOpensAtItsOwnPlaceOnlyAndLeavesNothingBehind() {
    byte[] stored = seal(new PartSealer(KEY, Preamble.single(150_000), SEED), random(150_000));
    PartOpener part = PartOpener.verify(KEY, Arrays.copyOf(stored, Layout.PROLOGUE_BYTES), 1);
    byte[] out = new byte[Layout.SEGMENT_PLAIN_BYTES];
    int first = (int) Layout.segmentOffset(0);
    assertThat(failureOf(() -> part.reader().openSegment(1, stored, first, 65_568, out, 0)))
        .isEqualTo(Failure.SEGMENT);
    stored[first + 1000] ^= 1;
    assertThat(failureOf(() -> part.reader().openSegment(0, stored, first, 65_568, out, 0)))
        .isEqualTo(Failure.SEGMENT);
    assertThat(out).containsOnly(0);
  }

  private static Failure failureOf(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    return catchThrowableOfType(FormatException.class, call).failure();
  }

  static byte[] seal(PartSealer sealer, byte[] plain) {
    PartSealer.Pass pass = sealer.newPass();
    ByteArrayOutputStream stored = new ByteArrayOutputStream();
    stored.writeBytes(pass.prologue());
    byte[] out = new byte[Layout.SEGMENT_STORED_BYTES];
    for (int n = 0; n < Layout.segments(plain.length); n++) {
      int length = Layout.segmentPlainBytes(n, plain.length);
      stored.write(out, 0, pass.sealSegment(plain, n * 65_536, length, out, 0));
    }
    return stored.toByteArray();
  }

  static byte[] open(byte[] key, byte[] stored) {
    PartOpener part = PartOpener.verify(key, Arrays.copyOf(stored, Layout.PROLOGUE_BYTES), 1);
    long plainBytes = part.preamble().plainBytes();
    if (Layout.plainBytes(stored.length) != plainBytes || !part.preamble().last()) {
      throw new FormatException(Failure.LENGTH, "not one whole part");
    }
    PartOpener.Reader reader = part.reader();
    ByteArrayOutputStream plain = new ByteArrayOutputStream();
    byte[] out = new byte[Layout.SEGMENT_PLAIN_BYTES];
    for (int n = 0; n < part.segments(); n++) {
      int length = Layout.segmentStoredBytes(n, plainBytes);
      plain.write(
          out, 0, reader.openSegment(n, stored, (int) Layout.segmentOffset(n), length, out, 0));
    }
    return plain.toByteArray();
  }

  private static byte[] filled(int length, int value) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  /** Tags of more segments than there is room for at first are compared too. */
  @Test
  void aLongPartIsTheSameAtEachPassAndAChangeOfItIsNoticed() {
    byte[] plain = random(40 * Layout.SEGMENT_PLAIN_BYTES + 1);
    PartSealer sealer = new PartSealer(KEY, Preamble.single(plain.length), SEED);
    byte[] stored = seal(sealer, plain);
    assertThat(open(KEY, stored)).isEqualTo(plain);
    assertThat(seal(sealer, plain)).isEqualTo(stored);
    plain[plain.length - 1] ^= 1;
    assertThat(failureOf(() -> seal(sealer, plain))).isEqualTo(Failure.SOURCE_CHANGED);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 65_536, 65_537})
  void nothingIsSealedBehindTheLastSegment(int size) {
    byte[] plain = random(size);
    PartSealer.Pass pass = new PartSealer(KEY, Preamble.single(size), SEED).newPass();
    byte[] out = new byte[Layout.SEGMENT_STORED_BYTES];
    for (int n = 0; n < Layout.segments(size); n++) {
      pass.sealSegment(plain, n * 65_536, Layout.segmentPlainBytes(n, size), out, 0);
    }
    assertThat(failureOf(() -> pass.sealSegment(plain, 0, 0, out, 0)))
        .isEqualTo(Failure.SOURCE_LENGTH);
  }
}
