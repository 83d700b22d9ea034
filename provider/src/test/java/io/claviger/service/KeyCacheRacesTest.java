package io.claviger.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.config.CacheConfig;
import io.claviger.config.CustomConfig;
import io.claviger.config.KmsConfig;
import io.claviger.kms.BackendSettings;
import io.claviger.kms.DataKey;
import io.claviger.kms.DecryptRequest;
import io.claviger.kms.EncryptionContext;
import io.claviger.kms.GenerateDataKeyRequest;
import io.claviger.kms.SecretBytes;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A data key that is being unwrapped while its master key changes, or the service stops. */
class KeyCacheRacesTest {
  private static final long BOUND_SECONDS = 120;
  private static final int STORM = 64;

  private final TroubledFactory factory = new TroubledFactory(BackendSettings.DEFAULT);
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final AtomicInteger unwrapped = new AtomicInteger();
  private final CountDownLatch arrived = new CountDownLatch(1);
  private final CountDownLatch go = new CountDownLatch(1);
  private final KmsConfig config = KmsConfig.builder(CustomConfig.of(TroubledFactory.TYPE)).build();
  private KmsServiceManager service;

  @BeforeEach
  void start() {
    service =
        new KmsServiceManager(
            ServiceSettings.builder().backendFactory(factory).sweepInterval(Duration.ZERO).build());
    service.configure(config);
    service.start();
    service.manager().createKey("k");
    service.manager().createKey("other");
  }

  @AfterEach
  void stop() {
    go.countDown();
    threads.shutdownNow();
    service.stop();
  }

  /** The first unwrapping waits until {@code go}; all are counted. */
  private void holdTheFirst() {
    factory.before =
        operation -> {
          if (operation.equals("decrypt") && unwrapped.incrementAndGet() == 1) {
            arrived.countDown();
            try {
              assertThat(go.await(BOUND_SECONDS, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
              throw new AssertionError(e);
            }
          }
          return operation;
        };
  }

  private byte[] blob() {
    try (DataKey key =
        service
            .manager()
            .generateDataKey(GenerateDataKeyRequest.of("k", EncryptionContext.empty()))) {
      return key.ciphertextBlob();
    }
  }

  private byte[] open(byte[] blob) {
    DecryptRequest request = new DecryptRequest("k", blob, EncryptionContext.empty());
    try (SecretBytes key = service.manager().decrypt(request)) {
      return key.toByteArray();
    }
  }

  /** Opens {@code blob} twice, the first time while {@code change} is made. */
  private int unwrappedWith(Runnable change) throws Exception {
    byte[] blob = blob();
    holdTheFirst();
    Future<byte[]> first = threads.submit(() -> open(blob));
    assertThat(arrived.await(BOUND_SECONDS, TimeUnit.SECONDS)).isTrue();
    change.run();
    go.countDown();
    byte[] key = first.get(BOUND_SECONDS, TimeUnit.SECONDS);
    assertThat(open(blob)).isEqualTo(key);
    int before = unwrapped.get();
    assertThat(open(blob)).isEqualTo(key);
    assertThat(unwrapped).as("the second one is remembered").hasValue(before);
    return before;
  }

  @Test
  void withoutAChangeItIsRemembered() throws Exception {
    assertThat(unwrappedWith(() -> {})).isEqualTo(1);
  }

  @Test
  void whatBeganBeforeAChangeIsNotRemembered() throws Exception {
    assertThat(unwrappedWith(() -> service.manager().updateDescription("k", "d"))).isEqualTo(2);
  }

  @Test
  void aBlobThatItsCallerChangesMeanwhileIsNotWhatItIsRememberedBy() {
    byte[] blob = blob();
    byte[] callers = blob.clone();
    holdTheFirst();
    go.countDown();
    open(callers);
    callers[callers.length - 1] ^= 1;
    open(blob);
    assertThat(unwrapped).hasValue(1);
  }

  /** Takes a key of a cache; what has to be unwrapped for it is counted. */
  private void take(KeyCache cache, Runnable meanwhile) {
    DecryptRequest request = new DecryptRequest("k", new byte[80], EncryptionContext.empty());
    Supplier<SecretBytes> unwrap =
        () -> {
          unwrapped.incrementAndGet();
          meanwhile.run();
          return SecretBytes.copyOf(new byte[] {1, 2, 3});
        };
    try (SecretBytes key = cache.get(request, unwrap, () -> {})) {
      assertThat(key.toByteArray()).containsExactly(1, 2, 3);
    }
  }

  @Test
  void whatBeganBeforeTheEndIsNotKeptBehindIt() {
    KeyCache cache = new KeyCache(config, System::nanoTime);
    take(cache, cache::close);
    take(cache, () -> {});
    assertThat(unwrapped).hasValue(2);
  }

  @Test
  void theEndForgetsWhatIsKept() {
    KeyCache cache = new KeyCache(config, System::nanoTime);
    take(cache, () -> {});
    take(cache, () -> {});
    assertThat(unwrapped).hasValue(1);
    cache.close();
    take(cache, () -> {});
    assertThat(unwrapped).hasValue(2);
  }

  @Test
  void forgettingOneKeyLeavesTheOthers() {
    byte[] blob = blob();
    holdTheFirst();
    go.countDown();
    open(blob);
    service.manager().updateDescription("other", "d");
    open(blob);
    assertThat(unwrapped).hasValue(1);
  }

  @Test
  void aStormOnAColdKeyUnwrapsOnce() throws Exception {
    byte[] blob = blob();
    holdTheFirst();
    List<Future<byte[]>> all = new ArrayList<>();
    for (int i = 0; i < STORM; i++) {
      all.add(threads.submit(() -> open(blob)));
    }
    assertThat(arrived.await(BOUND_SECONDS, TimeUnit.SECONDS)).isTrue();
    go.countDown();
    byte[] key = all.get(0).get(BOUND_SECONDS, TimeUnit.SECONDS);
    for (Future<byte[]> one : all) {
      assertThat(one.get(BOUND_SECONDS, TimeUnit.SECONDS)).isEqualTo(key);
    }
    assertThat(unwrapped).hasValue(1);
  }

  /** The keys that many objects need stay, though a hundred times as many pass once each. */
  @Test
  void aScanDoesNotDriveOutWhatIsUsedOften() {
    KeyCache cache =
        new KeyCache(
            KmsConfig.builder(CustomConfig.of(TroubledFactory.TYPE))
                .cacheConfig(CacheConfig.DEFAULT.withMaxDataKeys(200))
                .build(),
            System::nanoTime);
    for (int round = 0; round < 5; round++) {
      useAll(cache, 0, 100);
    }
    assertThat(unwrapped).as("a hundred keys in use").hasValue(100);
    useAll(cache, 1000, 11_000);
    assertThat(unwrapped).as("and a scan of ten thousand").hasValue(10_100);
    useAll(cache, 0, 100);
    assertThat(unwrapped.get() - 10_100).as("of the hundred, unwrapped again").isLessThan(10);
  }

  private void useAll(KeyCache cache, int from, int to) {
    for (int i = from; i < to; i++) {
      byte[] blob = ByteBuffer.allocate(80).putInt(i * 0x9E3779B1).array();
      DecryptRequest request = new DecryptRequest("k", blob, EncryptionContext.empty());
      Supplier<SecretBytes> unwrap =
          () -> {
            unwrapped.incrementAndGet();
            return SecretBytes.copyOf(new byte[] {1, 2, 3});
          };
      cache.get(request, unwrap, () -> {}).close();
    }
  }
}
