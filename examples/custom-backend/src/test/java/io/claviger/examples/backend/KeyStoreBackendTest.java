package io.claviger.examples.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.config.KmsConfig;
import io.claviger.kms.DataKey;
import io.claviger.kms.DecryptRequest;
import io.claviger.kms.EncryptionContext;
import io.claviger.kms.GenerateDataKeyRequest;
import io.claviger.kms.KmsBackend;
import io.claviger.kms.SecretBytes;
import io.claviger.service.KmsServiceManager;
import io.claviger.testkit.KmsBackendContract;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract, and the way from a configuration through ServiceLoader to the backend. */
class KeyStoreBackendTest extends KmsBackendContract {
  private static final String PASSWORD = "changeit";

  @TempDir Path folder;

  private Path keyStore() throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry(
        "orders", new SecretKeySpec(new byte[32], "AES"), PASSWORD.toCharArray(), null);
    Path file = folder.resolve("keys.p12");
    try (OutputStream out = Files.newOutputStream(file)) {
      store.store(out, PASSWORD.toCharArray());
    }
    return file;
  }

  @Override
  protected KmsBackend newBackend() throws Exception {
    return new KeyStoreBackend(
        KeyStore.getInstance(keyStore().toFile(), PASSWORD.toCharArray()), PASSWORD.toCharArray());
  }

  @Override
  protected String existingKeyId() {
    return "orders";
  }

  private static String config(Path file, String password) {
    return "{\"backend_type\":\"KeyStoreFile\",\"file\":\"%s\",\"password\":\"%s\",\"default_key_id\":\"orders\"}"
        .formatted(file, password);
  }

  @Test
  void aConfigurationIsAllItTakes() throws Exception {
    KmsServiceManager service = new KmsServiceManager();
    service.configure(KmsConfig.fromJson(config(keyStore(), PASSWORD)));
    service.start();
    EncryptionContext none = EncryptionContext.empty();
    try (DataKey key =
            service.manager().generateDataKey(GenerateDataKeyRequest.of("orders", none));
        SecretBytes again =
            service.manager().decrypt(new DecryptRequest("orders", key.ciphertextBlob(), none))) {
      assertThat(again).isEqualTo(key.plaintext());
    }
    service.stop();
  }

  @Test
  void aWrongPasswordIsSaidWithoutShowingIt() throws Exception {
    KmsConfig wrong = KmsConfig.fromJson(config(keyStore(), "not-the-password"));
    KmsServiceManager service = new KmsServiceManager();
    service.configure(wrong);
    assertThatThrownBy(service::start)
        .hasMessageContaining("keys.p12, which does not open")
        .hasMessageNotContaining("not-the-password");
    assertThat(wrong.toString()).doesNotContain("not-the-password");
  }
}
