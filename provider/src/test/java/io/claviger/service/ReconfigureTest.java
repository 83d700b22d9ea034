package io.claviger.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.config.CustomConfig;
import io.claviger.config.KmsConfig;
import io.claviger.kms.BackendSettings;
import io.claviger.kms.CreateKeyRequest;
import io.claviger.kms.DataKey;
import io.claviger.kms.DecryptRequest;
import io.claviger.kms.EncryptionContext;
import io.claviger.kms.GenerateDataKeyRequest;
import io.claviger.kms.KmsException;
import io.claviger.kms.SecretBytes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** The hot swap, seen from the calls that go on meanwhile. */
class ReconfigureTest {
  private static final int SWAPS = 1_000;
  private static final int THREADS = 8;
  private static final EncryptionContext NONE = EncryptionContext.empty();
  private static final KmsConfig CONFIG =
      KmsConfig.of(CustomConfig.of(TroubledFactory.TYPE)).toBuilder().defaultKeyId("k").build();

  private final TroubledFactory factory = new TroubledFactory(BackendSettings.DEFAULT);

  private KmsServiceManager started(ServiceSettings.Builder settings) {
    factory.shared.createKey(CreateKeyRequest.named("k"));
    KmsServiceManager service = new KmsServiceManager(settings.backendFactory(factory).build());
    service.configure(CONFIG);
    service.start();
    return service;
  }

  @Test
  void aThousandSwapsUnderTrafficFailNoCallAndOrphanNothing() throws Exception {
    KmsServiceManager service = started(ServiceSettings.builder());
    AtomicBoolean go = new AtomicBoolean(true);
    CountDownLatch flowing = new CountDownLatch(THREADS);
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      List<Future<Integer>> traffic = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        traffic.add(
            threads.submit(
                () -> {
                  int calls = 0;
                  while (go.get()) {
                    roundTrip(service.manager());
                    calls++;
                    flowing.countDown();
                  }
                  return calls;
                }));
      }
      flowing.await();
      long last = service.version();
      for (int i = 0; i < SWAPS; i++) {
        service.reconfigure(CONFIG);
        assertThat(service.version()).isGreaterThan(last);
        last = service.version();
        assertThat(service.status().isRunning()).isTrue();
      }
      go.set(false);
      for (Future<Integer> calls : traffic) {
        assertThat(calls.get()).isPositive();
      }
    } finally {
      go.set(false);
      threads.shutdownNow();
      service.stop();
    }
    assertThat(factory.callsAfterClose).hasValue(0);
    assertThat(factory.made).hasValue(SWAPS + 1);
    assertThat(factory.closed).as("each backend closed exactly once").hasValue(SWAPS + 1);
  }

  private static void roundTrip(KmsManager kms) {
    try (DataKey key = kms.generateDataKey(GenerateDataKeyRequest.of("k", NONE));
        SecretBytes again = kms.decrypt(new DecryptRequest("k", key.ciphertextBlob(), NONE))) {
      assertThat(again).isEqualTo(key.plaintext());
    }
  }

  @Test
  void aConfigurationIsStoredBeforeItTakesEffectOrNotAtAll() {
    List<KmsConfig> stored = new ArrayList<>();
    AtomicBoolean full = new AtomicBoolean();
    KmsServiceManager service =
        started(
            ServiceSettings.builder()
                .store(
                    config -> {
                      if (full.get()) {
                        throw new IllegalStateException("disk full");
                      }
                      stored.add(config);
                    }));
    KmsConfig next = CONFIG.toBuilder().retryAttempts(1).build();
    service.reconfigure(next);
    assertThat(stored).containsExactly(next);
    full.set(true);
    assertThatThrownBy(() -> service.reconfigure(CONFIG)).hasMessage("disk full");
    assertThat(service.version()).isEqualTo(2);
    assertThat(factory.closed).as("the old and the refused one").hasValue(2);
    roundTrip(service.manager());
    service.stop();
  }

  @Test
  void anUnhealthyBackendIsNeverSwappedIn() {
    KmsServiceManager service = started(ServiceSettings.builder());
    factory.before =
        operation -> {
          if (operation.equals("healthCheck")) {
            throw TroubledFactory.down();
          }
          return operation;
        };
    assertThatThrownBy(() -> service.reconfigure(CONFIG)).isInstanceOf(KmsException.class);
    assertThat(service.status().isRunning()).isTrue();
    roundTrip(service.manager());
    assertThat(service.healthCheck().state()).isEqualTo(ServiceStatus.State.ERROR);
    assertThat(service.healthCheck().message()).contains("the key store is away");
    roundTrip(service.manager());
    factory.before = operation -> operation;
    assertThat(service.healthCheck()).isEqualTo(ServiceStatus.RUNNING);
    service.stop();
    assertThatThrownBy(service::healthCheck).hasMessageContaining("does not run");
  }
}
