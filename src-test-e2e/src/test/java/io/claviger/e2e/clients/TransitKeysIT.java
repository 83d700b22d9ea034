package io.claviger.e2e.clients;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.jca.ClavigerProvider;
import io.claviger.jca.KmsKey;
import io.claviger.service.KmsServiceManager;
import io.claviger.testkit.VaultTestEnvironment;
import java.security.InvalidKeyException;
import javax.crypto.Cipher;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The provider with keys that never leave a real Vault. */
class TransitKeysIT {
  @RegisterExtension final VaultTestEnvironment vault = VaultTestEnvironment.transit("orders");

  @Test
  void whatTheBackendDoesItselfWorksAndTheRestSaysSo(KmsServiceManager service) throws Exception {
    ClavigerProvider provider = new ClavigerProvider(service);
    KmsKey key = provider.key("orders");
    VaultKeys.roundTrip(provider, key, "KMS");
    VaultKeys.roundTrip(provider, key, "KMSEnvelope");
    VaultKeys.aliases(provider);
    for (String raw : new String[] {"AES/GCM/NoPadding", "AES/CTR/NoPadding", "AESWrap"}) {
      assertThatThrownBy(() -> Cipher.getInstance(raw, provider).init(Cipher.ENCRYPT_MODE, key))
          .isInstanceOf(InvalidKeyException.class)
          .hasMessageContaining("Cipher \"KMS\"")
          .hasMessageContaining("\"KMSEnvelope\"");
    }
  }
}
