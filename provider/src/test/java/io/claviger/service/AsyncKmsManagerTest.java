package io.claviger.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.config.CustomConfig;
import io.claviger.config.KmsConfig;
import io.claviger.kms.CreateKeyRequest;
import io.claviger.kms.DataKey;
import io.claviger.kms.DecryptRequest;
import io.claviger.kms.DeleteKeyRequest;
import io.claviger.kms.EncryptRequest;
import io.claviger.kms.EncryptResult;
import io.claviger.kms.EncryptionContext;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.GenerateDataKeyRequest;
import io.claviger.kms.KeyState;
import io.claviger.kms.KmsException;
import io.claviger.kms.ListKeysRequest;
import io.claviger.kms.SecretBytes;
import io.claviger.testkit.LocalKmsTestEnvironment;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class AsyncKmsManagerTest {
  @RegisterExtension
  final LocalKmsTestEnvironment environment = LocalKmsTestEnvironment.withKeys("k");

  private static <T> T end(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get();
  }

  @Test
  void everyOperationOffTheCallersThread(KmsManager blocking) throws Exception {
    AsyncKmsManager kms = blocking.async();
    EncryptionContext none = EncryptionContext.empty();
    EncryptionContext other = EncryptionContext.of(Map.of("a", "b"));
    assertThat(end(kms.createKey(CreateKeyRequest.named("l"))).keyId()).isEqualTo("l");
    EncryptResult sealed;
    try (SecretBytes plain = SecretBytes.copyOf(new byte[] {1})) {
      sealed = end(kms.encrypt(new EncryptRequest("k", plain, none)));
    }
    DecryptRequest request = new DecryptRequest("k", sealed.ciphertextBlob(), none);
    EncryptResult moved = end(kms.reEncrypt(request, "l", other));
    try (SecretBytes opened =
        end(kms.decrypt(new DecryptRequest("l", moved.ciphertextBlob(), other)))) {
      assertThat(opened.toByteArray()).containsExactly(1);
    }
    assertThat(end(kms.rotateKey("k")).currentVersion()).isEqualTo(2);
    assertThat(end(kms.rewrap(request)).keyVersion()).isEqualTo(2);
    try (DataKey key = end(kms.generateDataKey(GenerateDataKeyRequest.of("k", none)))) {
      assertThat(key.hasPlaintext()).isTrue();
    }
    assertThat(end(kms.disableKey("l")).state()).isEqualTo(KeyState.DISABLED);
    assertThat(end(kms.enableKey("l")).state()).isEqualTo(KeyState.ENABLED);
    end(kms.deleteKey(DeleteKeyRequest.schedule("l", 7)));
    assertThat(end(kms.cancelKeyDeletion("l")).state()).isEqualTo(KeyState.ENABLED);
    assertThat(end(kms.describeKey("l")).keyId()).isEqualTo("l");
    assertThat(end(kms.listKeys(ListKeysRequest.first())).keys()).hasSize(2);
    Thread carrier = end(kms.call(k -> Thread.currentThread()));
    assertThat(carrier).isNotSameAs(Thread.currentThread());
  }

  @Test
  void aFailureIsTheOneOfTheBlockingCall(KmsManager blocking) {
    assertThatThrownBy(() -> end(blocking.async().describeKey("gone")))
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOf(KmsException.class)
        .hasMessageContaining("there is no key \"gone\"");
    AsyncKmsManager refused =
        blocking.async(
            work -> {
              throw new RejectedExecutionException("full");
            });
    assertThatThrownBy(() -> end(refused.describeKey("k")))
        .cause()
        .isInstanceOfSatisfying(
            KmsException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.RATE_LIMITED));
  }

  @Test
  void aSecretThatNobodyWaitsForAnyMoreIsClosed(KmsManager blocking) {
    AtomicReference<Runnable> work = new AtomicReference<>();
    AtomicReference<SecretBytes> secret = new AtomicReference<>();
    CompletableFuture<SecretBytes> stage =
        blocking
            .async(work::set)
            .<SecretBytes>call(
                kms -> {
                  secret.set(SecretBytes.copyOf(new byte[] {1}));
                  return secret.get();
                })
            .toCompletableFuture();
    stage.cancel(true);
    work.get().run();
    assertThat(secret.get().isClosed()).isTrue();
  }

  @Test
  void configuringAndStartingNeedNoWaitingThread() {
    KmsServiceManager service = new KmsServiceManager();
    KmsConfig config = KmsConfig.of(CustomConfig.of("memory"));
    assertThat(service.configureAsync(config).toCompletableFuture().join().state())
        .isEqualTo(ServiceStatus.State.CONFIGURED);
    assertThat(service.startAsync().toCompletableFuture().join().isRunning()).isTrue();
    assertThat(service.reconfigureAsync(config).toCompletableFuture().join().isRunning()).isTrue();
    assertThat(service.version()).isEqualTo(2);
    service.stop();
    assertThat(service.startAsync(config).toCompletableFuture().join().isRunning()).isTrue();
    service.stop();
    KmsServiceManager without = new KmsServiceManager();
    assertThatThrownBy(() -> without.startAsync().toCompletableFuture().join())
        .hasCauseInstanceOf(KmsException.class);
  }
}
