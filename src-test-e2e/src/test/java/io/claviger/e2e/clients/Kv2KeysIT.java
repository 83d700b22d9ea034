package io.claviger.e2e.clients;

import io.claviger.jca.ClavigerProvider;
import io.claviger.jca.KmsKey;
import io.claviger.service.KmsServiceManager;
import io.claviger.testkit.VaultTestEnvironment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The provider with keys that a real Vault keeps sealed and this process works with. */
class Kv2KeysIT {
  @RegisterExtension final VaultTestEnvironment vault = VaultTestEnvironment.kv2("orders");

  @Test
  void everyCipherWorks(KmsServiceManager service) throws Exception {
    ClavigerProvider provider = new ClavigerProvider(service);
    KmsKey key = provider.key("orders");
    for (String transformation :
        new String[] {
          "KMS", "KMSEnvelope", "AES/GCM/NoPadding", "AES/CTR/NoPadding", "AESWrapPad"
        }) {
      VaultKeys.roundTrip(provider, key, transformation);
    }
    VaultKeys.aliases(provider);
  }
}
