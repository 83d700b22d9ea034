package io.claviger.service;

import io.claviger.config.CustomConfig;
import io.claviger.config.KmsConfig;
import io.claviger.kms.BackendSettings;
import io.claviger.kms.KmsBackend;
import io.claviger.testkit.KmsBackendContract;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The contract through a manager whose backend is away at every third call that may be sent again.
 */
class ManagedContractTest extends KmsBackendContract {
  private static final Set<String> SENT_AGAIN =
      Set.of("encrypt", "decrypt", "generateDataKey", "describeKey", "listKeys");

  @Override
  protected KmsBackend newBackend() {
    TroubledFactory factory = new TroubledFactory(BackendSettings.DEFAULT);
    AtomicInteger number = new AtomicInteger();
    factory.before =
        operation -> {
          if (SENT_AGAIN.contains(operation) && number.incrementAndGet() % 3 == 0) {
            throw TroubledFactory.down();
          }
          return operation;
        };
    KmsServiceManager service =
        new KmsServiceManager(
            ServiceSettings.builder()
                .backendFactory(factory)
                .listener(new KmsListener() {})
                .pause(time -> {})
                .build());
    service.configure(
        KmsConfig.builder(CustomConfig.of(TroubledFactory.TYPE))
            .allowImmediateDeletion(true)
            .retryAttempts(10)
            .build());
    service.start();
    return new ManagedBackend(service);
  }
}
