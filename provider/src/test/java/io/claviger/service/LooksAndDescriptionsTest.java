package io.claviger.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.config.CustomConfig;
import io.claviger.config.KmsConfig;
import io.claviger.kms.BackendSettings;
import io.claviger.kms.KeyMetadata;
import io.claviger.kms.KeyState;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Describing keys and looking at keys that are remembered, at the same time and slowly. */
class LooksAndDescriptionsTest {
  private final TroubledFactory factory = new TroubledFactory(BackendSettings.DEFAULT);
  private final AtomicLong nanos = new AtomicLong();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private KmsServiceManager service = new KmsServiceManager();

  @BeforeEach
  void start() {
    service =
        new KmsServiceManager(
            ServiceSettings.builder()
                .backendFactory(factory)
                .nanoTime(nanos::get)
                .pause(time -> {})
                .sweepInterval(Duration.ZERO)
                .build());
    service.configure(KmsConfig.builder(CustomConfig.of(TroubledFactory.TYPE)).build());
    service.start();
  }

  @AfterEach
  void stop() {
    threads.shutdownNow();
    service.stop();
  }

  /** Lets calls of the backend wait until {@code go}, and counts those that came. */
  private AtomicInteger hold(CountDownLatch arrived, CountDownLatch go) {
    AtomicInteger calls = new AtomicInteger();
    factory.before =
        operation -> {
          calls.incrementAndGet();
          arrived.countDown();
          try {
            assertThat(go.await(2, TimeUnit.MINUTES)).isTrue();
          } catch (InterruptedException e) {
            throw new AssertionError(e);
          }
          return operation;
        };
    return calls;
  }

  /** The two ids share a place in hash tables of few entries, so locks of both would be shared. */
  @Test
  void neverWaitForEachOther() throws Exception {
    KmsManager kms = service.manager();
    kms.createKey("key-0");
    factory.shared.createKey(io.claviger.kms.CreateKeyRequest.named("key-20"));
    kms.describeKey("key-0");
    nanos.addAndGet(KeyWatch.OLDEST.toNanos());
    CountDownLatch arrived = new CountDownLatch(2);
    CountDownLatch go = new CountDownLatch(1);
    hold(arrived, go);
    Future<KeyState> look = threads.submit(() -> kms.recentState("key-0"));
    Future<KeyMetadata> description = threads.submit(() -> kms.describeKey("key-20"));
    assertThat(arrived.await(2, TimeUnit.MINUTES)).as("both ask the backend").isTrue();
    go.countDown();
    assertThat(look.get(2, TimeUnit.MINUTES)).isEqualTo(KeyState.ENABLED);
    assertThat(description.get(2, TimeUnit.MINUTES).keyId()).isEqualTo("key-20");
  }

  @Test
  void threadsThatAskForOneKeyShareACall() throws Exception {
    KmsManager kms = service.manager();
    factory.shared.createKey(io.claviger.kms.CreateKeyRequest.named("k"));
    CountDownLatch arrived = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    AtomicInteger calls = hold(arrived, go);
    Future<KeyMetadata> first = threads.submit(() -> kms.describeKey("k"));
    assertThat(arrived.await(2, TimeUnit.MINUTES)).isTrue();
    List<CompletableFuture<KeyMetadata>> others =
        java.util.stream.Stream.generate(
                () -> CompletableFuture.supplyAsync(() -> kms.describeKey("k"), threads))
            .limit(8)
            .toList();
    go.countDown();
    KeyMetadata found = first.get(2, TimeUnit.MINUTES);
    for (CompletableFuture<KeyMetadata> other : others) {
      assertThat(other.get(2, TimeUnit.MINUTES)).isEqualTo(found);
    }
    assertThat(calls).hasValue(1);
  }

  @Test
  void whatWasFetchedWhileTheKeyChangedIsNotKept() throws Exception {
    KmsManager kms = service.manager();
    kms.createKey("k");
    CountDownLatch arrived = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    hold(arrived, go);
    Future<KeyMetadata> before = threads.submit(() -> kms.describeKey("k"));
    assertThat(arrived.await(2, TimeUnit.MINUTES)).isTrue();
    factory.before = operation -> operation;
    kms.disableKey("k");
    go.countDown();
    before.get(2, TimeUnit.MINUTES);
    assertThat(kms.describeKey("k").state()).isEqualTo(KeyState.DISABLED);
    assertThat(kms.recentState("k")).isEqualTo(KeyState.DISABLED);
  }
}
