package io.claviger.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.claviger.config.CustomConfig;
import io.claviger.config.KmsConfig;
import io.claviger.config.LocalConfig;
import io.claviger.kms.CreateKeyRequest;
import io.claviger.kms.DataKey;
import io.claviger.kms.DecryptRequest;
import io.claviger.kms.DeleteKeyRequest;
import io.claviger.kms.EncryptionContext;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.GenerateDataKeyRequest;
import io.claviger.kms.KmsException;
import io.claviger.kms.SecretBytes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KmsServiceManagerTest {
  private static final EncryptionContext NONE = EncryptionContext.empty();

  private static ErrorKind kindOf(ThrowingCallable call) {
    return catchThrowableOfType(KmsException.class, call).kind();
  }

  private static KmsConfig memory() {
    return KmsConfig.of(CustomConfig.of("memory"));
  }

  @Test
  void lifeCycle() {
    KmsServiceManager service = new KmsServiceManager();
    assertThat(service.status()).isEqualTo(ServiceStatus.NOT_CONFIGURED);
    assertThat(kindOf(service::start)).isEqualTo(ErrorKind.NOT_RUNNING);
    assertThat(kindOf(() -> service.manager().describeKey("k"))).isEqualTo(ErrorKind.NOT_RUNNING);
    service.configure(memory());
    service.start();
    assertThat(service.status().isRunning()).isTrue();
    service.manager().createKey("k");
    service.stop();
    assertThat(kindOf(() -> service.manager().describeKey("k"))).isEqualTo(ErrorKind.NOT_RUNNING);
    service.restart();
    assertThat(service.version()).isEqualTo(2);
    service.stop();
  }

  @Test
  void aBackendThatIsNotThereIsNamed() {
    KmsServiceManager service = new KmsServiceManager();
    service.configure(KmsConfig.of(CustomConfig.of("Nowhere")));
    KmsException e = catchThrowableOfType(KmsException.class, service::start);
    assertThat(e.kind()).isEqualTo(ErrorKind.INVALID_CONFIGURATION);
    assertThat(e).hasMessageContaining("Nowhere").hasMessageContaining("memory");
    assertThat(service.status().state()).isEqualTo(ServiceStatus.State.ERROR);
  }

  @Test
  void aFailedReconfigureKeepsTheOldBackend() {
    KmsServiceManager service = new KmsServiceManager();
    service.configure(memory());
    service.start();
    service.manager().createKey("k");
    assertThat(kindOf(() -> service.reconfigure(KmsConfig.of(CustomConfig.of("none")))))
        .isEqualTo(ErrorKind.INVALID_CONFIGURATION);
    assertThat(service.manager().describeKey("k").keyId()).isEqualTo("k");
    assertThat(service.version()).isEqualTo(1);
    service.stop();
  }

  @Test
  void reconfigureUnderTrafficFailsNoCall(@TempDir Path folder) throws Exception {
    KmsConfig local =
        KmsConfig.builder(LocalConfig.of(folder, "p")).allowInsecureDevDefaults(true).build();
    KmsServiceManager service = new KmsServiceManager();
    service.configure(local);
    service.start();
    service.manager().createKey("k");
    AtomicBoolean go = new AtomicBoolean(true);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<Integer>> traffic = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        traffic.add(
            threads.submit(
                () -> {
                  int calls = 0;
                  while (go.get()) {
                    roundTrip(service.manager());
                    calls++;
                  }
                  return calls;
                }));
      }
      for (int i = 0; i < 20; i++) {
        service.reconfigure(local);
      }
      go.set(false);
      for (Future<Integer> calls : traffic) {
        assertThat(calls.get()).isPositive();
      }
      assertThat(service.version()).isEqualTo(21);
    } finally {
      go.set(false);
      threads.shutdownNow();
      service.stop();
    }
  }

  private static void roundTrip(KmsManager kms) {
    try (DataKey key = kms.generateDataKey(GenerateDataKeyRequest.of("k", NONE));
        SecretBytes again = kms.decrypt(new DecryptRequest("k", key.ciphertextBlob(), NONE))) {
      assertThat(again).isEqualTo(key.plaintext());
    }
  }

  @Test
  void cachesForgetWhatChanged() {
    KmsServiceManager service = new KmsServiceManager();
    service.configure(memory());
    service.start();
    KmsManager kms = service.manager();
    kms.createKey("k");
    roundTrip(kms);
    DataKey key = kms.generateDataKey(GenerateDataKeyRequest.of("k", NONE));
    for (int i = 0; i < 3; i++) {
      kms.decrypt(new DecryptRequest("k", key.ciphertextBlob(), NONE)).close();
    }
    assertThat(kms.dataKeyCacheStatistics().hits()).isEqualTo(2);
    kms.describeKey("k");
    kms.disableKey("k");
    assertThat(kms.describeKey("k").state()).isEqualTo(io.claviger.kms.KeyState.DISABLED);
    service.stop();
  }

  @Test
  void guardsOfDeletion() {
    KmsServiceManager service = new KmsServiceManager();
    service.configure(memory());
    service.start();
    KmsManager kms = service.manager();
    kms.createKey("k");
    assertThat(kindOf(() -> kms.deleteKey(DeleteKeyRequest.schedule("k", 6))))
        .isEqualTo(ErrorKind.INVALID_REQUEST);
    assertThat(kindOf(() -> kms.deleteKey(DeleteKeyRequest.schedule("k", 31))))
        .isEqualTo(ErrorKind.INVALID_REQUEST);
    assertThat(kindOf(() -> kms.deleteKey(DeleteKeyRequest.immediate("k", "k"))))
        .isEqualTo(ErrorKind.ACCESS_DENIED);
    service.reconfigure(
        KmsConfig.builder(CustomConfig.of("memory")).allowImmediateDeletion(true).build());
    service.manager().createKey("k");
    assertThat(kindOf(() -> kms.deleteKey(DeleteKeyRequest.immediate("k", "other"))))
        .isEqualTo(ErrorKind.INVALID_REQUEST);
    kms.deleteKey(DeleteKeyRequest.immediate("k", "k"));
    assertThat(kindOf(() -> kms.describeKey("k"))).isEqualTo(ErrorKind.KEY_NOT_FOUND);
    service.stop();
  }

  @Test
  void idsThatAreNoNamesAreRefused() {
    KmsServiceManager service = new KmsServiceManager();
    service.configure(memory());
    service.start();
    for (String bad : List.of("", " ", ".", "..", "a/b", "a\\b", "a\0b", "x".repeat(256))) {
      assertThat(kindOf(() -> service.manager().createKey(CreateKeyRequest.named(bad))))
          .as(bad)
          .isEqualTo(ErrorKind.INVALID_REQUEST);
    }
    service.stop();
  }

  @Test
  void aMissingKeyIsSaid() {
    KmsServiceManager service = new KmsServiceManager();
    service.configure(memory());
    service.start();
    KmsException e =
        catchThrowableOfType(
            KmsException.class,
            () -> service.manager().generateDataKey(GenerateDataKeyRequest.of("gone", NONE)));
    assertThat(e.kind()).isEqualTo(ErrorKind.KEY_NOT_FOUND);
    assertThat(e)
        .hasMessage(
            "there is no key \"gone\". Create it, or check the id and the configured backend");
    service.stop();
  }
}
