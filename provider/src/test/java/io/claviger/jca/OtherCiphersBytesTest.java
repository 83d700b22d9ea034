package io.claviger.jca;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.backend.memory.MemoryBackend;
import io.claviger.service.KmsServiceManager;
import java.nio.charset.StandardCharsets;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Blobs of Cipher KMS and messages of KMSEnvelope, each given to the other. */
class OtherCiphersBytesTest {
  private KmsServiceManager service;
  private ClavigerProvider provider;
  private KmsKey key;

  @BeforeEach
  void start() throws Exception {
    service = KmsServiceManager.running(MemoryBackend.create(), null);
    provider = new ClavigerProvider(service);
    service.manager().createKey("orders");
    key = provider.key("orders");
  }

  @AfterEach
  void stop() {
    service.stop();
  }

  @Test
  void bytesOfTheOtherCipherAreNamed() throws Exception {
    Cipher envelope = Cipher.getInstance("KMSEnvelope", provider);
    Cipher small = Cipher.getInstance("KMS", provider);
    envelope.init(Cipher.ENCRYPT_MODE, key);
    byte[] message = envelope.doFinal(new byte[3]);
    small.init(Cipher.ENCRYPT_MODE, key);
    byte[] blob = small.doFinal(new byte[3]);
    small.init(Cipher.DECRYPT_MODE, key);
    assertThatThrownBy(() -> small.doFinal(message))
        .isInstanceOf(AEADBadTagException.class)
        .hasMessageContaining("Open them with Cipher KMSEnvelope");
    envelope.init(Cipher.DECRYPT_MODE, key);
    assertThatThrownBy(() -> envelope.doFinal(blob))
        .isInstanceOf(AEADBadTagException.class)
        .hasMessageContaining("a blob of Cipher KMS opens with that");
    small.init(Cipher.ENCRYPT_MODE, key);
    small.updateAAD("order 4711".getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> small.doFinal(new byte[3]))
        .hasMessageContaining("KmsParameterSpec(EncryptionContext.of(Map.of(name, value)))");
  }
}
