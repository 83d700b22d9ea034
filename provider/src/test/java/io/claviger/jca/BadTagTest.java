package io.claviger.jca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.kms.KeyUsage;
import io.claviger.service.KmsServiceManager;
import java.nio.ByteBuffer;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** After a bad tag nothing that is not authentic is in the caller's buffer, wherever that is. */
class BadTagTest {
  private static final int PLAIN_BYTES = 1000;
  private static final int STORED_BYTES = PLAIN_BYTES + 16;

  private KmsServiceManager service;
  private Cipher cipher;
  private byte[] bad;

  @BeforeEach
  void seal() throws Exception {
    LendingBackend backend = new LendingBackend(KeyUsage.ENCRYPT_DECRYPT);
    service = KmsServiceManager.running(backend, null);
    ClavigerProvider provider = new ClavigerProvider(service);
    backend.put("k", new byte[32]);
    KmsKey key = provider.key("k");
    cipher = Cipher.getInstance("AES/GCM/NoPadding", provider);
    GCMParameterSpec iv = new GCMParameterSpec(128, new byte[12]);
    cipher.init(Cipher.ENCRYPT_MODE, key, iv);
    byte[] plain = new byte[PLAIN_BYTES];
    Arrays.fill(plain, (byte) 'p');
    bad = cipher.doFinal(plain);
    bad[STORED_BYTES - 1] ^= 1;
    cipher.init(Cipher.DECRYPT_MODE, key, iv);
  }

  @AfterEach
  void stop() {
    service.stop();
  }

  private void inPlace(int outputOffset) {
    byte[] buffer = Arrays.copyOf(bad, STORED_BYTES + 64);
    assertThatThrownBy(() -> cipher.doFinal(buffer, 0, STORED_BYTES, buffer, outputOffset))
        .isInstanceOf(AEADBadTagException.class);
    assertThat(Arrays.copyOfRange(buffer, outputOffset, outputOffset + PLAIN_BYTES))
        .containsOnly(0);
  }

  @Test
  void inPlace() {
    inPlace(0);
    inPlace(20);
  }

  @Test
  void inAnotherArrayEvenAfterAFailureInPlace() {
    for (int i = 0; i < 2; i++) {
      byte[] out = new byte[PLAIN_BYTES + 5];
      assertThatThrownBy(() -> cipher.doFinal(bad, 0, STORED_BYTES, out, 5))
          .isInstanceOf(AEADBadTagException.class);
      assertThat(out).containsOnly(0);
      inPlace(0);
    }
  }

  @Test
  void inBuffersOfEveryKindEvenAfterAFailureInPlace() {
    for (int i = 0; i < 4; i++) {
      ByteBuffer in = i % 2 == 0 ? ByteBuffer.wrap(bad) : direct(STORED_BYTES).put(bad).flip();
      ByteBuffer out = i < 2 ? ByteBuffer.allocate(PLAIN_BYTES) : direct(PLAIN_BYTES);
      assertThatThrownBy(() -> cipher.doFinal(in, out)).isInstanceOf(AEADBadTagException.class);
      byte[] left = new byte[PLAIN_BYTES];
      out.duplicate().clear().get(left);
      assertThat(left).containsOnly(0);
      inPlace(0);
    }
  }

  @Test
  void ofInputThatWasGivenBefore() {
    byte[] out = new byte[PLAIN_BYTES];
    cipher.update(bad, 0, 500);
    assertThatThrownBy(() -> cipher.doFinal(bad, 500, STORED_BYTES - 500, out, 0))
        .isInstanceOf(AEADBadTagException.class);
    assertThat(out).containsOnly(0);
  }

  private static ByteBuffer direct(int bytes) {
    return ByteBuffer.allocateDirect(bytes);
  }
}
