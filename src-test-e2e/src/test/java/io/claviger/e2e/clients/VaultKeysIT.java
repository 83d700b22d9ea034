package io.claviger.e2e.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.jca.ClavigerProvider;
import io.claviger.jca.KmsKey;
import io.claviger.service.KmsServiceManager;
import io.claviger.testkit.VaultTestEnvironment;
import java.security.InvalidKeyException;
import java.security.KeyStore;
import java.util.Collections;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Services of the provider with keys of a real Vault. */
class VaultKeysIT {
  private static final byte[] LETTER = "a letter".getBytes(java.nio.charset.StandardCharsets.UTF_8);

  private static void roundTrip(ClavigerProvider provider, KmsKey key, String transformation)
      throws Exception {
    Cipher cipher = Cipher.getInstance(transformation, provider);
    cipher.init(Cipher.ENCRYPT_MODE, key);
    byte[] sealed = cipher.doFinal(LETTER);
    Cipher back = Cipher.getInstance(transformation, provider);
    back.init(Cipher.DECRYPT_MODE, key, cipher.getParameters());
    assertThat(back.doFinal(sealed)).isEqualTo(LETTER);
    cipher.init(Cipher.WRAP_MODE, key);
    byte[] wrapped = cipher.wrap(new SecretKeySpec(new byte[32], "AES"));
    back.init(Cipher.UNWRAP_MODE, key, cipher.getParameters());
    assertThat(back.unwrap(wrapped, "AES", Cipher.SECRET_KEY).getEncoded()).hasSize(32);
  }

  private static void aliases(ClavigerProvider provider) throws Exception {
    KeyStore store = KeyStore.getInstance("Claviger", provider);
    store.load(null, null);
    assertThat(Collections.list(store.aliases())).contains("orders");
    assertThat(store.getKey("orders", null)).isEqualTo(provider.key("orders"));
  }

  @Nested
  class OfTransit {
    @RegisterExtension final VaultTestEnvironment vault = VaultTestEnvironment.transit("orders");

    @Test
    void whatTheBackendDoesItselfWorksAndTheRestSaysSo(KmsServiceManager service) throws Exception {
      ClavigerProvider provider = new ClavigerProvider(service);
      KmsKey key = provider.key("orders");
      roundTrip(provider, key, "KMS");
      roundTrip(provider, key, "KMSEnvelope");
      aliases(provider);
      for (String raw : new String[] {"AES/GCM/NoPadding", "AES/CTR/NoPadding", "AESWrap"}) {
        assertThatThrownBy(() -> Cipher.getInstance(raw, provider).init(Cipher.ENCRYPT_MODE, key))
            .isInstanceOf(InvalidKeyException.class)
            .hasMessageContaining("Cipher \"KMS\"")
            .hasMessageContaining("\"KMSEnvelope\"");
      }
    }
  }

  @Nested
  class OfKv2 {
    @RegisterExtension final VaultTestEnvironment vault = VaultTestEnvironment.kv2("orders");

    @Test
    void everyCipherWorks(KmsServiceManager service) throws Exception {
      ClavigerProvider provider = new ClavigerProvider(service);
      KmsKey key = provider.key("orders");
      for (String transformation :
          new String[] {
            "KMS", "KMSEnvelope", "AES/GCM/NoPadding", "AES/CTR/NoPadding", "AESWrapPad"
          }) {
        roundTrip(provider, key, transformation);
      }
      aliases(provider);
    }
  }
}
