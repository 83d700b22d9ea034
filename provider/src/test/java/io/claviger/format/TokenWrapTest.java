package io.claviger.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.claviger.object.FormatException;
import io.claviger.object.FormatException.Failure;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The blob of a PKCS#11 token (format 2.4), with AES-GCM of the JDK in the place of the token. */
class TokenWrapTest {
  private static final byte[] CONTEXT = "{\"a\":\"b\"}".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] KEY = new byte[32];
  private static final byte[] IV = new byte[TokenWrap.IV_BYTES];

  private static byte[] gcm(int mode, byte[] iv, byte[] aad, byte[] in)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, new SecretKeySpec(KEY, "AES"), new GCMParameterSpec(128, iv));
    cipher.updateAAD(aad);
    return cipher.doFinal(in);
  }

  private static TokenWrap wrap() throws GeneralSecurityException {
    byte[] aad = TokenWrap.aad("orders", 3, CONTEXT);
    return new TokenWrap(3, IV, gcm(Cipher.ENCRYPT_MODE, IV, aad, new byte[32]));
  }

  @Test
  void aBlobStandsAsTheFormatSays() throws GeneralSecurityException {
    byte[] blob = wrap().encode();
    assertThat(blob).hasSize(65);
    assertThat(HexFormat.of().formatHex(blob)).startsWith("0200000003" + "00".repeat(12));
    assertThat(HexFormat.of().formatHex(TokenWrap.aad("k", 3, CONTEXT)))
        .isEqualTo(
            "696f2e636c6176696765722f777261702f706b637331312f7631"
                + "00"
                + "00000003"
                + "00000001"
                + "6b"
                + "7b2261223a2262227d");
  }

  @Test
  void whatIsWrittenIsRead() throws GeneralSecurityException {
    TokenWrap read = TokenWrap.parse(wrap().encode());
    assertThat(read).isEqualTo(wrap()).hasSameHashCodeAs(wrap());
    assertThat(read.version()).isEqualTo(3);
    byte[] aad = TokenWrap.aad("orders", read.version(), CONTEXT);
    assertThat(gcm(Cipher.DECRYPT_MODE, read.iv(), aad, read.sealed())).isEqualTo(new byte[32]);
  }

  @Test
  void versionKeyIdAndContextAreAuthenticated() throws GeneralSecurityException {
    TokenWrap wrap = wrap();
    byte[] empty = "{}".getBytes(StandardCharsets.US_ASCII);
    for (byte[] aad :
        new byte[][] {
          TokenWrap.aad("orders", 2, CONTEXT),
          TokenWrap.aad("order", 3, CONTEXT),
          TokenWrap.aad("orders", 3, empty)
        }) {
      Assertions.assertThatThrownBy(() -> gcm(Cipher.DECRYPT_MODE, wrap.iv(), aad, wrap.sealed()))
          .isInstanceOf(AEADBadTagException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 16, 17, 32})
  void aCutBlobIsRefused(int length) throws GeneralSecurityException {
    byte[] cut = Arrays.copyOf(wrap().encode(), length);
    FormatException e = catchThrowableOfType(FormatException.class, () -> TokenWrap.parse(cut));
    assertThat(e.failure()).isEqualTo(Failure.KEY_WRAP);
  }

  @Test
  void aWrapOfAnotherKindIsRefused() throws GeneralSecurityException {
    byte[] blob = wrap().encode();
    blob[0] = 1;
    FormatException e = catchThrowableOfType(FormatException.class, () -> TokenWrap.parse(blob));
    assertThat(e.failure()).isEqualTo(Failure.KEY_WRAP);
  }

  @Test
  void onlyTheSameWrapIsEqual() throws GeneralSecurityException {
    TokenWrap wrap = wrap();
    byte[] otherIv = IV.clone();
    otherIv[0] = 1;
    byte[] otherSealed = wrap.sealed().clone();
    otherSealed[0] ^= 1;
    for (Object other :
        new Object[] {
          new TokenWrap(4, IV, wrap.sealed()),
          new TokenWrap(3, otherIv, wrap.sealed()),
          new TokenWrap(3, IV, otherSealed),
          "no wrap"
        }) {
      assertThat(wrap.equals(other)).as("%s", other).isFalse();
    }
    assertThat(new TokenWrap(3, otherIv, wrap.sealed())).doesNotHaveSameHashCodeAs(wrap);
    assertThat(wrap).hasToString("TokenWrap[v3, 48 bytes]");
  }

  @Test
  void theShortestBlobWrapsNothing() {
    byte[] shortest = new TokenWrap(1, IV, new byte[16]).encode();
    assertThat(TokenWrap.parse(shortest).sealed()).hasSize(16);
    byte[] shorter = Arrays.copyOf(shortest, shortest.length - 1);
    FormatException e = catchThrowableOfType(FormatException.class, () -> TokenWrap.parse(shorter));
    assertThat(e.failure()).isEqualTo(Failure.KEY_WRAP);
  }
}
