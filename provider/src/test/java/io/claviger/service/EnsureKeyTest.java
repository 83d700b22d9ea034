package io.claviger.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.claviger.config.BackendConfig;
import io.claviger.config.CustomConfig;
import io.claviger.config.KmsConfig;
import io.claviger.config.LocalConfig;
import io.claviger.encryption.EncryptionService;
import io.claviger.jca.ClavigerProvider;
import io.claviger.kms.BackendSettings;
import io.claviger.kms.CreateKeyRequest;
import io.claviger.kms.DeleteKeyRequest;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KeyMetadata;
import io.claviger.kms.KeyState;
import io.claviger.kms.KeyUsage;
import io.claviger.kms.KmsException;
import io.claviger.kms.ListKeysRequest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A key that is made unless it is there: once, however many callers make it, and never instead of
 * one.
 */
class EnsureKeyTest {
  private static final int CALLERS = 16;

  @TempDir Path folder;
  private final List<KmsServiceManager> services = new ArrayList<>();

  @AfterEach
  void stop() {
    services.forEach(KmsServiceManager::stop);
  }

  private KmsServiceManager started(KmsServiceManager service, BackendConfig backend) {
    service.configure(KmsConfig.builder(backend).allowInsecureDevDefaults(true).build());
    service.start();
    services.add(service);
    return service;
  }

  private KmsServiceManager over(String backend) {
    return started(
        new KmsServiceManager(),
        backend.equals("local")
            ? LocalConfig.of(folder.resolve("keys"), "p")
            : CustomConfig.of("memory"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"memory", "local"})
  void itIsMadeOnceAndReturnedFromThenOn(String backend) {
    KmsServiceManager service = over(backend);
    KeyMetadata made = service.manager().ensureKey("k");
    assertThat(made.state()).isEqualTo(KeyState.ENABLED);
    service.manager().rotateKey("k");
    assertThat(service.manager().ensureKey("k").currentVersion()).isEqualTo(2);
    assertThat(service.manager().async().ensureKey("k").toCompletableFuture().join())
        .isEqualTo(service.manager().describeKey("k"));
    assertThat(new EncryptionService(new ClavigerProvider(service)).ensureKey("k"))
        .isEqualTo(service.manager().describeKey("k"));
    assertThat(service.manager().listKeys(ListKeysRequest.first()).keys()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"memory", "local"})
  void callersThatRaceAllGetTheOneKey(String backend) {
    KmsServiceManager service = over(backend);
    List<KmsManager> managers = new ArrayList<>(List.of(service.manager()));
    if (backend.equals("local")) {
      managers.add(over(backend).manager()); // the same folder, as another process has it
    }
    ExecutorService threads = Executors.newFixedThreadPool(CALLERS);
    try {
      for (String id : List.of("a", "b", "c")) {
        List<CompletableFuture<KeyMetadata>> calls =
            Stream.iterate(0, i -> i + 1)
                .limit(CALLERS)
                .map(i -> managers.get(i % managers.size()))
                .map(kms -> CompletableFuture.supplyAsync(() -> kms.ensureKey(id), threads))
                .toList();
        KeyMetadata there = managers.get(0).ensureKey(id);
        assertThat(calls).allSatisfy(call -> assertThat(call.join()).isEqualTo(there));
      }
    } finally {
      threads.shutdown();
    }
    assertThat(service.manager().listKeys(ListKeysRequest.first()).keys()).hasSize(3);
  }

  @Test
  void aKeyMadeBetweenLookAndCreationIsReturned() {
    TroubledFactory factory = new TroubledFactory(BackendSettings.DEFAULT);
    KmsManager kms = troubled(factory);
    CreateKeyRequest theirs = CreateKeyRequest.named("k").withDescription("theirs");
    factory.before =
        operation -> {
          if (operation.equals("createKey")) {
            factory.shared.createKey(theirs);
          }
          return operation;
        };
    assertThat(kms.ensureKey("k").description()).isEqualTo("theirs");
  }

  @Test
  void aLoginThatMayOnlyReadServesWhereTheKeyIs() {
    TroubledFactory factory = new TroubledFactory(BackendSettings.DEFAULT);
    KmsManager kms = troubled(factory);
    factory.shared.createKey(CreateKeyRequest.named("k"));
    factory.before =
        operation -> {
          if (operation.equals("createKey")) {
            throw KmsException.of(ErrorKind.ACCESS_DENIED, "read only");
          }
          return operation;
        };
    assertThat(kms.ensureKey("k").keyId()).isEqualTo("k");
    assertThat(catchThrowableOfType(KmsException.class, () -> kms.ensureKey("l")).kind())
        .isEqualTo(ErrorKind.ACCESS_DENIED);
  }

  private KmsManager troubled(TroubledFactory factory) {
    KmsServiceManager service =
        new KmsServiceManager(ServiceSettings.builder().backendFactory(factory).build());
    return started(service, CustomConfig.of(TroubledFactory.TYPE)).manager();
  }

  @ParameterizedTest
  @ValueSource(strings = {"memory", "local"})
  void aKeyThatCannotEncryptIsAnErrorAndStaysAsItIs(String backend) {
    KmsManager kms = over(backend).manager();
    kms.createKey("pending");
    kms.deleteKey(DeleteKeyRequest.schedule("pending", 7));
    refused(kms, "pending", "is PendingDeletion").hasMessageContaining("Cancel its deletion");
    kms.createKey("off");
    kms.disableKey("off");
    refused(kms, "off", "is Disabled").hasMessageContaining("Enable it");
    kms.createKey(CreateKeyRequest.named("signs").withUsage(KeyUsage.SIGN_VERIFY));
    refused(kms, "signs", "is for SignVerify");
  }

  private static org.assertj.core.api.AbstractThrowableAssert<?, ?> refused(
      KmsManager kms, String keyId, String why) {
    KeyMetadata before = kms.describeKey(keyId);
    KmsException e = catchThrowableOfType(KmsException.class, () -> kms.ensureKey(keyId));
    assertThat(e.kind()).isEqualTo(ErrorKind.INVALID_KEY_STATE);
    assertThat(kms.describeKey(keyId)).isEqualTo(before);
    return assertThat(e)
        .hasMessageContaining("key \"%s\" %s".formatted(keyId, why))
        .hasMessageContaining("nothing was changed");
  }

  @Test
  void anIdThatIsNoNameIsRefusedBeforeAnyCall() {
    KmsManager kms = over("memory").manager();
    assertThat(catchThrowableOfType(KmsException.class, () -> kms.ensureKey("a/b")).kind())
        .isEqualTo(ErrorKind.INVALID_REQUEST);
  }
}
