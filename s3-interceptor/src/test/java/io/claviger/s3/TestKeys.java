package io.claviger.s3;

import io.claviger.backend.memory.MemoryBackend;
import io.claviger.jca.ClavigerProvider;
import io.claviger.kms.KmsBackend;
import io.claviger.s3.api.ChangedMetadata;
import io.claviger.service.KmsServiceManager;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/** Keys for tests, in memory. */
public final class TestKeys {
  public static final String KEY = "key-1";
  static final String OTHER_KEY = "key-2";

  private static final ClavigerProvider PROVIDER = new ClavigerProvider(service());

  private TestKeys() {}

  private static KmsServiceManager service() {
    KmsServiceManager service = KmsServiceManager.running(asked(MemoryBackend.create()), KEY);
    service.manager().createKey(KEY);
    service.manager().createKey(OTHER_KEY);
    return service;
  }

  /** Every question waits, as one to a server would, so that it is found where none may wait. */
  private static KmsBackend asked(KmsBackend keys) {
    return (KmsBackend)
        Proxy.newProxyInstance(
            KmsBackend.class.getClassLoader(),
            new Class<?>[] {KmsBackend.class},
            (proxy, method, arguments) -> {
              Thread.yield();
              try {
                return method.invoke(keys, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  public static ClavigerProvider provider() {
    return PROVIDER;
  }

  /** Every suite reads with metadata REFUSE: a false alarm fails it. */
  static ClavigerInterceptorBuilder interceptor() {
    return ClavigerInterceptor.builder()
        .provider(provider())
        .keyId(KEY)
        .metadata(ChangedMetadata.REFUSE);
  }
}
