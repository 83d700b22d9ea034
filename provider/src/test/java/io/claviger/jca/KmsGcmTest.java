package io.claviger.jca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.backend.memory.MemoryBackend;
import io.claviger.kms.KmsException;
import io.claviger.service.KmsServiceManager;
import java.security.InvalidKeyException;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** AES-GCM in one call, with an IV of its own in front. */
class KmsGcmTest {
  private static final byte[] ROW = {4, 7, 1, 1};

  private KmsServiceManager service;
  private ClavigerProvider provider;

  @BeforeEach
  void start() {
    service = KmsServiceManager.running(MemoryBackend.create(), null);
    provider = new ClavigerProvider(service);
    service.manager().createKey("orders");
  }

  @AfterEach
  void stop() {
    service.stop();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 15, 16, 17, 70_000})
  void everySizeComesBack(int bytes) throws Exception {
    byte[] plain = new byte[bytes];
    Arrays.fill(plain, (byte) 9);
    KmsGcm gcm = KmsGcm.under(provider.key("orders"));
    byte[] sealed = gcm.seal(plain, ROW);
    assertThat(sealed).hasSize(bytes + KmsGcm.OVERHEAD_BYTES);
    assertThat(KmsGcm.under(provider.key("orders")).open(sealed, ROW)).isEqualTo(plain);
    assertThat(gcm.seal(plain, ROW)).isNotEqualTo(sealed);
    assertThat(plain).containsOnly(bytes == 0 ? new byte[0] : new byte[] {9});
  }

  @Test
  void theLayoutIsIvCiphertextTagForAnyKey() throws Exception {
    SecretKey raw = new SecretKeySpec(new byte[16], "AES");
    byte[] sealed = KmsGcm.under(raw).seal(ROW, ROW);
    Cipher jdk = Cipher.getInstance("AES/GCM/NoPadding", "SunJCE");
    jdk.init(Cipher.DECRYPT_MODE, raw, new GCMParameterSpec(128, sealed, 0, 12));
    jdk.updateAAD(ROW);
    assertThat(jdk.doFinal(sealed, 12, sealed.length - 12)).isEqualTo(ROW);
  }

  @Test
  void whatIsNotWhatWasSealedIsRefused() throws Exception {
    KmsGcm gcm = KmsGcm.under(provider.key("orders"));
    byte[] sealed = gcm.seal(new byte[5], ROW);
    for (int cut = 0; cut < sealed.length; cut++) {
      byte[] shorter = Arrays.copyOf(sealed, cut);
      assertThatThrownBy(() -> gcm.open(shorter, ROW)).isInstanceOf(AEADBadTagException.class);
      byte[] changed = sealed.clone();
      changed[cut] ^= 1;
      assertThatThrownBy(() -> gcm.open(changed, ROW)).isInstanceOf(AEADBadTagException.class);
    }
    assertThatThrownBy(() -> gcm.open(sealed, new byte[0])).isInstanceOf(AEADBadTagException.class);
    service.manager().rotateKey("orders");
    assertThatThrownBy(() -> KmsGcm.under(provider.key("orders")).open(sealed, ROW))
        .isInstanceOf(AEADBadTagException.class)
        .hasMessageContaining("alias orders@1");
    service.manager().disableKey("orders");
    assertThatThrownBy(() -> gcm.seal(ROW, ROW))
        .isInstanceOf(InvalidKeyException.class)
        .hasCauseInstanceOf(KmsException.class);
    assertThat(gcm.open(sealed, ROW)).hasSize(5);
  }
}
