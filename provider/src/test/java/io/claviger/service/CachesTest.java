package io.claviger.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.config.CacheConfig;
import io.claviger.config.CustomConfig;
import io.claviger.config.KmsConfig;
import io.claviger.kms.BackendSettings;
import io.claviger.kms.DataKey;
import io.claviger.kms.DecryptRequest;
import io.claviger.kms.DeleteKeyRequest;
import io.claviger.kms.EncryptionContext;
import io.claviger.kms.GenerateDataKeyRequest;
import io.claviger.kms.KmsException;
import io.claviger.kms.SecretBytes;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** What is remembered, for how long, and what makes it forgotten; counted at the backend. */
class CachesTest {
  private static final EncryptionContext NONE = EncryptionContext.empty();

  private final TroubledFactory factory = new TroubledFactory(BackendSettings.DEFAULT);
  private final Map<String, AtomicInteger> calls = new ConcurrentHashMap<>();
  private final AtomicLong nanos = new AtomicLong();
  private KmsServiceManager service = new KmsServiceManager();

  private KmsManager started(UnaryOperator<KmsConfig.Builder> change) {
    factory.before =
        operation -> {
          calls.computeIfAbsent(operation, o -> new AtomicInteger()).incrementAndGet();
          return operation;
        };
    service =
        new KmsServiceManager(
            ServiceSettings.builder().backendFactory(factory).nanoTime(nanos::get).build());
    service.configure(
        change.apply(KmsConfig.builder(CustomConfig.of(TroubledFactory.TYPE))).build());
    service.start();
    service.manager().createKey("k");
    return service.manager();
  }

  private int count(String operation) {
    AtomicInteger counted = calls.get(operation);
    return counted == null ? 0 : counted.get();
  }

  private static void open(KmsManager kms, byte[] blob) {
    kms.decrypt(new DecryptRequest("k", blob, NONE)).close();
  }

  private static byte[] blob(KmsManager kms) {
    try (DataKey key = kms.generateDataKey(GenerateDataKeyRequest.of("k", NONE))) {
      return key.ciphertextBlob();
    }
  }

  @Test
  void everyChangeForgetsTheKeyInBothCaches() {
    KmsManager kms = started(b -> b);
    byte[] blob = blob(kms);
    List<Consumer<KmsManager>> changes =
        List.of(
            k -> k.disableKey("k"),
            k -> k.enableKey("k"),
            k -> k.rotateKey("k"),
            k -> k.updateDescription("k", "d"),
            k -> k.tagKey("k", Map.of("a", "b")),
            k -> k.untagKey("k", Set.of("a")),
            k -> k.deleteKey(DeleteKeyRequest.schedule("k", 7)),
            k -> k.cancelKeyDeletion("k"));
    for (Consumer<KmsManager> change : changes) {
      kms.describeKey("k");
      open(kms, blob);
      int described = count("describeKey");
      int decrypted = count("decrypt");
      kms.describeKey("k");
      open(kms, blob);
      assertThat(count("describeKey")).as("remembered").isEqualTo(described);
      assertThat(count("decrypt")).as("remembered").isEqualTo(decrypted);
      change.accept(kms);
      kms.describeKey("k");
      open(kms, blob);
      assertThat(count("describeKey")).as("forgotten").isEqualTo(described + 1);
      assertThat(count("decrypt")).as("forgotten").isEqualTo(decrypted + 1);
    }
    service.stop();
  }

  @Test
  void aFailedChangeForgetsTooSinceItsOutcomeIsUnknown() {
    KmsManager kms = started(b -> b);
    kms.describeKey("k");
    UnaryOperator<String> counting = factory.before;
    factory.before =
        operation -> {
          counting.apply(operation);
          if (operation.equals("disableKey")) {
            throw TroubledFactory.down();
          }
          return operation;
        };
    assertThatThrownBy(() -> kms.disableKey("k")).isInstanceOf(KmsException.class);
    assertThat(count("disableKey")).as("sent once").isEqualTo(1);
    kms.describeKey("k");
    assertThat(count("describeKey")).isEqualTo(2);
    service.stop();
  }

  @Test
  void dataKeysAreFreshAndNeverInTheMetadataCache() {
    KmsManager kms = started(b -> b);
    kms.describeKey("k");
    assertThat(blob(kms)).isNotEqualTo(blob(kms));
    assertThat(count("generateDataKey")).isEqualTo(2);
    assertThat(kms.metadataCacheStatistics().misses()).isEqualTo(1);
    assertThat(kms.dataKeyCacheStatistics().misses()).isZero();
    service.stop();
  }

  @Test
  void anotherContextOrBlobMisses() {
    KmsManager kms = started(b -> b);
    byte[] blob = blob(kms);
    open(kms, blob);
    EncryptionContext other = EncryptionContext.of(Map.of("a", "b"));
    assertThatThrownBy(() -> kms.decrypt(new DecryptRequest("k", blob, other)))
        .isInstanceOf(KmsException.class);
    byte[] changed = blob.clone();
    changed[blob.length - 1] ^= 1;
    assertThatThrownBy(() -> open(kms, changed)).isInstanceOf(KmsException.class);
    assertThat(kms.dataKeyCacheStatistics().hits()).isZero();
    service.stop();
  }

  @Test
  void aHitIsRefusedWhenTheKnownStateForbidsIt() {
    KmsManager kms = started(b -> b.strictDecrypt(true));
    byte[] blob = blob(kms);
    open(kms, blob);
    kms.disableKey("k");
    kms.describeKey("k");
    assertThatThrownBy(() -> open(kms, blob)).hasMessageContaining("strict");
    service.stop();
  }

  @Test
  void entriesEndAfterTheirTimeAndBeyondTheirNumber() {
    CacheConfig small = new CacheConfig(1, Duration.ofSeconds(9), true, 1, Duration.ofSeconds(9));
    KmsManager kms = started(b -> b.cacheConfig(small));
    byte[] blob = blob(kms);
    open(kms, blob);
    nanos.addAndGet(Duration.ofSeconds(9).toNanos() - 1);
    open(kms, blob);
    assertThat(count("decrypt")).isEqualTo(1);
    nanos.addAndGet(1);
    open(kms, blob);
    assertThat(count("decrypt")).isEqualTo(2);
    for (int i = 0; i < 10; i++) {
      open(kms, blob(kms));
    }
    assertThat(kms.dataKeyCacheStatistics().evictions()).isGreaterThanOrEqualTo(9);
    service.stop();
  }

  @Test
  void zeroSwitchesACacheOff() {
    for (CacheConfig off :
        List.of(
            CacheConfig.off(),
            CacheConfig.DEFAULT.withMaxDataKeys(0).withMaxKeys(0),
            CacheConfig.DEFAULT.withTtl(Duration.ZERO))) {
      calls.clear();
      KmsManager kms = started(b -> b.cacheConfig(off));
      byte[] blob = blob(kms);
      for (int i = 0; i < 3; i++) {
        kms.describeKey("k");
        open(kms, blob);
      }
      assertThat(count("describeKey")).isEqualTo(3);
      assertThat(count("decrypt")).isEqualTo(3);
      service.stop();
      factory.shared.deleteKey(DeleteKeyRequest.immediate("k", "k"));
    }
  }

  @Test
  void whatTheCacheGivesOutBelongsToTheCaller() {
    KmsManager kms = started(b -> b);
    byte[] blob = blob(kms);
    SecretBytes first = kms.decrypt(new DecryptRequest("k", blob, NONE));
    byte[] bytes = first.toByteArray();
    first.close();
    try (SecretBytes second = kms.decrypt(new DecryptRequest("k", blob, NONE))) {
      assertThat(second.toByteArray()).isEqualTo(bytes);
    }
    assertThat(count("decrypt")).isEqualTo(1);
    service.stop();
  }
}
