package io.claviger.e2e.clients;

import io.claviger.backend.memory.MemoryBackend;
import io.claviger.jca.ClavigerProvider;
import io.claviger.jca.KmsKey;
import io.claviger.kms.CreateKeyRequest;
import io.claviger.kms.KeyUsage;
import io.claviger.service.KmsServiceManager;
import java.security.Security;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Two keys of a memory backend, and the provider registered as the last one. */
abstract class OpaqueKeys {
  private KmsServiceManager service;
  ClavigerProvider provider;
  KmsKey key;
  KmsKey macKey;

  @BeforeEach
  void register() {
    service = KmsServiceManager.running(MemoryBackend.create(), null);
    service.manager().createKey("orders");
    service.manager().createKey(CreateKeyRequest.named("signing").withUsage(KeyUsage.SIGN_VERIFY));
    provider = new ClavigerProvider(service);
    Security.addProvider(provider);
    key = provider.key("orders");
    macKey = provider.key("signing");
  }

  @AfterEach
  void remove() {
    Security.removeProvider(ClavigerProvider.NAME);
    service.stop();
  }
}
