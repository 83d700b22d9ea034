package io.claviger.jca;

import io.claviger.backend.memory.MemoryBackend;
import io.claviger.kms.EncryptionContext;
import io.claviger.service.KmsServiceManager;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Random;
import javax.crypto.Cipher;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A key, and messages of {@code Cipher} {@code KMSEnvelope} under it. */
abstract class EnvelopeMessages {
  static final int SEGMENT = 65_536;
  static final byte[] AAD = "name".getBytes(StandardCharsets.UTF_8);
  static final EncryptionContext CONTEXT = EncryptionContext.of(Map.of("tenant", "a"));

  KmsServiceManager service;
  ClavigerProvider provider;
  KmsKey key;
  KmsEnvelope envelope;

  @BeforeEach
  void start() {
    service = KmsServiceManager.running(MemoryBackend.create(), null);
    provider = new ClavigerProvider(service);
    service.manager().createKey("orders");
    key = provider.key("orders");
    envelope = KmsEnvelope.under(key).withContext(CONTEXT).withAad(AAD);
  }

  @AfterEach
  void stop() {
    service.stop();
  }

  static byte[] plain(int bytes) {
    byte[] plain = new byte[bytes];
    new Random(bytes).nextBytes(plain);
    return plain;
  }

  Cipher cipher(int mode) throws Exception {
    Cipher cipher = Cipher.getInstance("KMSEnvelope", provider);
    cipher.init(mode, key, new KmsParameterSpec(CONTEXT));
    cipher.updateAAD(AAD);
    return cipher;
  }

  byte[] seal(int bytes) throws Exception {
    return cipher(Cipher.ENCRYPT_MODE).doFinal(plain(bytes));
  }

  byte[] open(byte[] message) throws Exception {
    return cipher(Cipher.DECRYPT_MODE).doFinal(message);
  }
}
