package io.claviger.jca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.stream.IntStream;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.ShortBufferException;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A message of {@code KMSEnvelope} that was cut, by every way of opening it. */
class EnvelopeCutsTest extends EnvelopeMessages {
  private static final int STORED = SEGMENT + 32;

  /**
   * Every cut of what is not inside a segment, and 40 bytes on both sides of each segment's end.
   */
  private static IntStream cuts(int messageBytes, int startBytes) {
    return IntStream.range(0, messageBytes)
        .filter(
            cut -> {
              int within = (cut - startBytes) % STORED;
              return cut < startBytes
                  || within <= 40
                  || within >= STORED - 2
                  || cut >= messageBytes - 40
                  || within == SEGMENT / 2;
            });
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 31, 32, 33, SEGMENT - 1, SEGMENT, SEGMENT + 1, 2 * SEGMENT})
  void isNotAuthenticLeavesNothingAndFailsUntilInit(int plainBytes) throws Exception {
    byte[] message = seal(plainBytes);
    int segments = Math.max(1, (plainBytes + SEGMENT - 1) / SEGMENT);
    int startBytes = message.length - plainBytes - 32 * segments;
    int tried = 0;
    for (int cut : cuts(message.length, startBytes).toArray()) {
      byte[] shorter = Arrays.copyOf(message, cut);
      byte[] exact = new byte[Math.max(plainBytes, segments * SEGMENT)];
      Cipher opening = cipher(Cipher.DECRYPT_MODE);
      refused(cut, () -> opening.doFinal(shorter, 0, cut, exact));
      assertAllZero(cut, exact);
      refused(cut, opening::doFinal);
      ByteBuffer out = ByteBuffer.allocateDirect(exact.length);
      Cipher buffers = cipher(Cipher.DECRYPT_MODE);
      refused(cut, () -> buffers.doFinal(ByteBuffer.wrap(shorter).asReadOnlyBuffer(), out));
      assertThat(out.position()).isZero();
      byte[] left = new byte[out.capacity()];
      out.get(left);
      assertAllZero(cut, left);
      refused(cut, () -> cipher(Cipher.DECRYPT_MODE).doFinal(shorter));
      buffers.init(Cipher.DECRYPT_MODE, key, new KmsParameterSpec(CONTEXT));
      buffers.updateAAD(AAD);
      assertThat(buffers.doFinal(message)).as("after init").isEqualTo(plain(plainBytes));
      tried++;
    }
    assertThat(tried).isGreaterThan(startBytes);
  }

  /** By one comparison: thousands of arrays are looked at. */
  private static void assertAllZero(int cut, byte[] bytes) {
    assertThat(Arrays.equals(bytes, new byte[bytes.length])).as("zeros, cut at %d", cut).isTrue();
  }

  private static void refused(int cut, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    assertThatThrownBy(call)
        .as("cut at %d", cut)
        .isExactlyInstanceOf(AEADBadTagException.class)
        .hasMessageNotContaining("internal error");
  }

  @Test
  void ofAWrappedKeyDoesNotUnwrap() throws Exception {
    Cipher wrapping = Cipher.getInstance("KMSEnvelope", provider);
    wrapping.init(Cipher.WRAP_MODE, key);
    byte[] wrapped = wrapping.wrap(new SecretKeySpec(plain(SEGMENT + 1), "Generic"));
    int startBytes = wrapped.length - SEGMENT - 1 - 64;
    for (int cut : cuts(wrapped.length, startBytes).toArray()) {
      Cipher unwrapping = Cipher.getInstance("KMSEnvelope", provider);
      unwrapping.init(Cipher.UNWRAP_MODE, key);
      assertThatThrownBy(
              () -> unwrapping.unwrap(Arrays.copyOf(wrapped, cut), "Generic", Cipher.SECRET_KEY))
          .as("cut at %d", cut)
          .isExactlyInstanceOf(java.security.InvalidKeyException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"KMS", "KMSEnvelope"})
  void buffersOfExactlyTheRightSizeAreEnough(String transformation) throws Exception {
    byte[] plain = plain(3000);
    for (boolean direct : new boolean[] {false, true}) {
      Cipher sealing = Cipher.getInstance(transformation, provider);
      sealing.init(Cipher.ENCRYPT_MODE, key, new KmsParameterSpec(CONTEXT));
      byte[] known = sealing.doFinal(plain);
      ByteBuffer small = buffer(known.length - 1, direct);
      ByteBuffer source = ByteBuffer.wrap(plain).asReadOnlyBuffer();
      assertThatThrownBy(() -> sealing.doFinal(source, small))
          .isInstanceOf(ShortBufferException.class);
      assertThat(small.position()).isZero();
      assertThat(source.position()).isZero();
      ByteBuffer exact = buffer(known.length, direct);
      assertThat(sealing.doFinal(source, exact)).isEqualTo(known.length);
      assertThat(source.hasRemaining()).isFalse();
      assertThat(exact.hasRemaining()).isFalse();
      Cipher opening = Cipher.getInstance(transformation, provider);
      opening.init(Cipher.DECRYPT_MODE, key, new KmsParameterSpec(CONTEXT));
      ByteBuffer opened = buffer(plain.length, direct);
      exact.flip();
      ByteBuffer first = exact.duplicate().limit(10);
      exact.position(10);
      assertThat(opening.update(first, opened)).isZero();
      assertThat(opening.doFinal(exact, opened)).isEqualTo(plain.length);
      byte[] got = new byte[plain.length];
      opened.flip().get(got);
      assertThat(got).isEqualTo(plain);
    }
  }

  private static ByteBuffer buffer(int bytes, boolean direct) {
    return direct ? ByteBuffer.allocateDirect(bytes) : ByteBuffer.allocate(bytes);
  }

  @Test
  void inPlaceInBuffersOfEveryKind() throws Exception {
    for (int bytes : new int[] {0, 1, SEGMENT - 1, SEGMENT, SEGMENT + 1, 2 * SEGMENT + 5}) {
      for (boolean direct : new boolean[] {false, true}) {
        byte[] plain = plain(bytes);
        ByteBuffer memory = buffer(bytes + 1000, direct);
        memory.put(7, plain);
        ByteBuffer in = memory.duplicate().position(7).limit(7 + bytes);
        int sealed = cipher(Cipher.ENCRYPT_MODE).doFinal(in, memory);
        ByteBuffer back = memory.duplicate().position(0).limit(sealed);
        memory.position(3);
        int opened = cipher(Cipher.DECRYPT_MODE).doFinal(back, memory);
        byte[] got = new byte[opened];
        memory.get(3, got);
        assertThat(got).as("%d bytes, direct %s", bytes, direct).isEqualTo(plain);
      }
    }
  }

  @Test
  void associatedDataMayComeInBuffers() throws Exception {
    byte[] message = seal(10);
    ByteBuffer aad = ByteBuffer.allocateDirect(AAD.length).put(AAD).flip();
    Cipher opening = Cipher.getInstance("KMSEnvelope", provider);
    opening.init(Cipher.DECRYPT_MODE, key, new KmsParameterSpec(CONTEXT));
    opening.updateAAD(aad);
    assertThat(aad.hasRemaining()).isFalse();
    assertThat(opening.doFinal(message)).isEqualTo(plain(10));
    Cipher small = Cipher.getInstance("KMS", provider);
    small.init(Cipher.ENCRYPT_MODE, key);
    small.updateAAD(ByteBuffer.wrap(CONTEXT.canonicalBytes()));
    byte[] blob = small.doFinal(new byte[5]);
    small.init(Cipher.DECRYPT_MODE, key, new KmsParameterSpec(CONTEXT));
    assertThat(small.doFinal(blob)).hasSize(5);
  }

  @ParameterizedTest
  @ValueSource(strings = {"KMS", "KMSEnvelope"})
  void anyOutputSizeIsAnswered(String transformation) throws Exception {
    Cipher cipher = Cipher.getInstance(transformation, provider);
    for (int mode : new int[] {Cipher.ENCRYPT_MODE, Cipher.DECRYPT_MODE}) {
      cipher.init(mode, key);
      assertThat(cipher.getOutputSize(Integer.MAX_VALUE)).isEqualTo(Integer.MAX_VALUE);
      assertThat(cipher.getOutputSize(Integer.MAX_VALUE - 10)).isGreaterThan(0);
    }
  }
}
