package io.claviger.s3;

import io.claviger.backend.memory.MemoryBackend;
import io.claviger.jca.ClavigerProvider;
import io.claviger.service.KmsServiceManager;

/** Keys for tests, in memory. */
final class TestKeys {
  static final String KEY = "key-1";
  static final String OTHER_KEY = "key-2";

  private static final ClavigerProvider PROVIDER = new ClavigerProvider(service());

  private TestKeys() {}

  private static KmsServiceManager service() {
    KmsServiceManager service = KmsServiceManager.running(MemoryBackend.create(), KEY);
    service.manager().createKey(KEY);
    service.manager().createKey(OTHER_KEY);
    return service;
  }

  static ClavigerProvider provider() {
    return PROVIDER;
  }

  static ClavigerInterceptorBuilder interceptor() {
    return ClavigerInterceptor.builder().provider(provider()).keyId(KEY);
  }
}
