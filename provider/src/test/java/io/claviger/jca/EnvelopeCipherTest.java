package io.claviger.jca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsException;
import io.claviger.object.FormatException;
import java.io.ByteArrayInputStream;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.ShortBufferException;
import org.junit.jupiter.api.Test;

/** {@code Cipher} {@code KMSEnvelope}. */
class EnvelopeCipherTest extends EnvelopeMessages {
  @Test
  void everyMessageHasItsOwnDataKeyAlsoWithoutInit() throws Exception {
    Cipher sealing = cipher(Cipher.ENCRYPT_MODE);
    byte[] first = sealing.doFinal(plain(10));
    sealing.updateAAD(AAD);
    byte[] second = sealing.doFinal(plain(10));
    assertThat(Arrays.copyOf(first, 100)).isNotEqualTo(Arrays.copyOf(second, 100));
    Cipher opening = cipher(Cipher.DECRYPT_MODE);
    assertThat(opening.doFinal(first)).isEqualTo(plain(10));
    opening.updateAAD(AAD);
    assertThat(opening.doFinal(second)).isEqualTo(plain(10));
  }

  @Test
  void outputSizeBeginsNothing() throws Exception {
    Cipher sealing = Cipher.getInstance("KMSEnvelope", provider);
    sealing.init(Cipher.ENCRYPT_MODE, key, new KmsParameterSpec(CONTEXT));
    int size = sealing.getOutputSize(10);
    sealing.updateAAD(AAD);
    byte[] message = sealing.doFinal(plain(10));
    assertThat(size).isGreaterThanOrEqualTo(message.length);
    assertThat(open(message)).isEqualTo(plain(10));
    Cipher late = cipher(Cipher.ENCRYPT_MODE);
    late.update(new byte[1]);
    assertThatThrownBy(() -> late.updateAAD(AAD)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aBufferTooShortLeavesTheMessageToTryAgain() throws Exception {
    byte[] plain = plain(SEGMENT + 5);
    Cipher sealing = cipher(Cipher.ENCRYPT_MODE);
    byte[] out = new byte[SEGMENT + 2000];
    assertThatThrownBy(() -> sealing.doFinal(plain, 0, plain.length, new byte[SEGMENT + 6]))
        .isInstanceOf(ShortBufferException.class);
    int made = sealing.doFinal(plain, 0, plain.length, out);
    byte[] message = Arrays.copyOf(out, made);
    Cipher opening = cipher(Cipher.DECRYPT_MODE);
    byte[] exact = new byte[plain.length];
    assertThatThrownBy(() -> opening.doFinal(message, 0, message.length, new byte[SEGMENT + 4]))
        .isInstanceOf(ShortBufferException.class);
    assertThat(opening.doFinal(message, 0, message.length, exact)).isEqualTo(plain.length);
    assertThat(exact).isEqualTo(plain);
    byte[] inPlace = Arrays.copyOf(plain, SEGMENT + 2000);
    int sealed = cipher(Cipher.ENCRYPT_MODE).doFinal(inPlace, 0, plain.length, inPlace, 0);
    int opened = cipher(Cipher.DECRYPT_MODE).doFinal(inPlace, 0, sealed, inPlace, 0);
    assertThat(Arrays.copyOf(inPlace, opened)).isEqualTo(plain);
  }

  @Test
  void aFlippedBitAnywhereIsNoticedAndNothingBehindItComesOut() throws Exception {
    byte[] plain = plain(3 * SEGMENT - 10);
    byte[] message = seal(plain.length);
    int start = message.length - plain.length - 3 * 32;
    for (int at = 0; at < message.length; at += at < start + 40 ? 1 : 9973) {
      byte[] bad = message.clone();
      bad[at] ^= 0x10;
      int whole = at < start ? 0 : (at - start) / (SEGMENT + 32);
      Cipher opening = cipher(Cipher.DECRYPT_MODE);
      byte[] out = new byte[bad.length];
      int given = opening.update(bad, 0, bad.length, out, 0);
      given += opening.update(new byte[SEGMENT], 0, SEGMENT, out, given);
      assertThat(given).as("at %d", at).isLessThanOrEqualTo(whole * SEGMENT);
      assertThat(Arrays.copyOf(out, given)).isEqualTo(Arrays.copyOf(plain, given));
      assertThat(Arrays.copyOfRange(out, given, out.length)).containsOnly(0);
      assertThatThrownBy(opening::doFinal).isInstanceOf(AEADBadTagException.class);
      assertThatThrownBy(opening::doFinal).isInstanceOf(AEADBadTagException.class);
      byte[] atOnce = new byte[plain.length];
      Cipher again = cipher(Cipher.DECRYPT_MODE);
      assertThatThrownBy(() -> again.doFinal(bad, 0, bad.length, atOnce))
          .isInstanceOf(AEADBadTagException.class);
      assertThat(atOnce).containsOnly(0);
    }
  }

  @Test
  void aCutGrownOrShuffledMessageIsNoMessage() throws Exception {
    byte[] message = seal(3 * SEGMENT);
    int start = message.length - 3 * (SEGMENT + 32);
    for (int cut :
        new int[] {
          0, 1, 7, 8, 50, start - 1, start, start + 1, start + SEGMENT + 32, message.length - 1
        }) {
      byte[] short_ = Arrays.copyOf(message, cut);
      assertThatThrownBy(() -> open(short_)).as("%d", cut).isInstanceOf(AEADBadTagException.class);
      assertThatThrownBy(() -> envelope.opening(new ByteArrayInputStream(short_)).readAllBytes())
          .isInstanceOfAny(FormatException.class);
    }
    byte[] longer = Arrays.copyOf(message, message.length + 1);
    assertThatThrownBy(() -> open(longer)).isInstanceOf(AEADBadTagException.class);
    byte[] shuffled = message.clone();
    System.arraycopy(message, start, shuffled, start + SEGMENT + 32, SEGMENT + 32);
    System.arraycopy(message, start + SEGMENT + 32, shuffled, start, SEGMENT + 32);
    assertThatThrownBy(() -> open(shuffled)).isInstanceOf(AEADBadTagException.class);
    byte[] other = seal(3 * SEGMENT);
    byte[] spliced = message.clone();
    System.arraycopy(other, start, spliced, start, SEGMENT + 32);
    assertThatThrownBy(() -> open(spliced)).isInstanceOf(AEADBadTagException.class);
  }

  @Test
  void anotherKeyContextOrAadDoesNotOpen() throws Exception {
    byte[] message = seal(10);
    Cipher opening = Cipher.getInstance("KMSEnvelope", provider);
    opening.init(Cipher.DECRYPT_MODE, key, new KmsParameterSpec(CONTEXT));
    assertThatThrownBy(() -> opening.doFinal(message))
        .isInstanceOf(AEADBadTagException.class)
        .hasMessageContaining("associated data");
    opening.init(Cipher.DECRYPT_MODE, key);
    opening.updateAAD(AAD);
    assertThatThrownBy(() -> opening.doFinal(message)).isInstanceOf(AEADBadTagException.class);
    service.manager().createKey("other");
    opening.init(Cipher.DECRYPT_MODE, provider.key("other"), new KmsParameterSpec(CONTEXT));
    opening.updateAAD(AAD);
    assertThatThrownBy(() -> opening.doFinal(message)).isInstanceOf(AEADBadTagException.class);
    assertThat(
            catchThrowable(
                () ->
                    KmsEnvelope.under(key)
                        .withAad(AAD)
                        .opening(new ByteArrayInputStream(message))
                        .read()))
        .isInstanceOfSatisfying(
            KmsException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.NOT_AUTHENTIC));
    service.manager().rotateKey("orders");
    assertThat(open(message)).as("after a rotation").isEqualTo(plain(10));
    Cipher data = Cipher.getInstance("KMS", provider);
    data.init(Cipher.UNWRAP_MODE, key, new KmsParameterSpec(CONTEXT));
    byte[] wrapped = Arrays.copyOfRange(message, 8, message.length - 74 - 42);
    assertThatThrownBy(() -> data.unwrap(wrapped, "AES", Cipher.SECRET_KEY))
        .as("a data key of a message serves nothing else")
        .isInstanceOf(java.security.InvalidKeyException.class);
  }
}
