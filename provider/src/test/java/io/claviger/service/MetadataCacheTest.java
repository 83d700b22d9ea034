package io.claviger.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.claviger.backend.memory.MemoryBackend;
import io.claviger.config.CustomConfig;
import io.claviger.config.KmsConfig;
import io.claviger.kms.CreateKeyRequest;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KeyMetadata;
import io.claviger.kms.KmsBackend;
import io.claviger.kms.KmsException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Descriptions that fail, or that are seen by other means, while others wait for them. */
class MetadataCacheTest {
  private static final long BOUND_SECONDS = 120;

  private final KmsBackend backend = MemoryBackend.create();
  private final KeyMetadata found = backend.createKey(CreateKeyRequest.named("k"));
  private final MetadataCache cache =
      new MetadataCache(KmsConfig.of(CustomConfig.of("memory")), System::nanoTime);
  private final AtomicInteger loads = new AtomicInteger();

  @AfterEach
  void close() {
    backend.close();
  }

  private KeyMetadata load(String keyId) {
    loads.incrementAndGet();
    return found;
  }

  @Test
  void whoWaitsForACallThatFailsAsksByItself() throws Exception {
    FutureTask<KeyMetadata> waiting = new FutureTask<>(() -> cache.get("k", this::load));
    Thread waiter = new Thread(waiting, "waiter");
    waiter.setDaemon(true);
    KmsException failed =
        catchThrowableOfType(
            KmsException.class,
            () ->
                cache.get(
                    "k",
                    id -> {
                      waiter.start();
                      while (waiter.getState() != Thread.State.WAITING) {
                        Thread.onSpinWait();
                      }
                      throw KmsException.of(ErrorKind.ACCESS_DENIED, "not for you");
                    }));
    assertThat(failed.kind()).isEqualTo(ErrorKind.ACCESS_DENIED);
    assertThat(waiting.get(BOUND_SECONDS, TimeUnit.SECONDS)).isEqualTo(found);
    assertThat(loads).hasValue(1);
  }

  @Test
  void aFailureIsNotKept() throws Exception {
    catchThrowableOfType(
        KmsException.class,
        () ->
            cache.get(
                "k",
                id -> {
                  throw KmsException.of(ErrorKind.ACCESS_DENIED, "not now");
                }));
    for (int i = 0; i < 2; i++) {
      assertThat(
              CompletableFuture.supplyAsync(() -> cache.get("k", this::load))
                  .get(BOUND_SECONDS, TimeUnit.SECONDS))
          .isEqualTo(found);
    }
    assertThat(loads).hasValue(1);
  }

  @Test
  void whatIsSeenMeanwhileTakesNotThePlaceOfACallUnderWay() {
    cache.put(found);
    assertThat(cache.get("k", this::load)).as("put begins nothing").isEqualTo(found);
    assertThat(loads).hasValue(1);
    cache.invalidate("k");
    KeyMetadata later = backend.disableKey("k");
    cache.get(
        "k",
        id -> {
          cache.put(found);
          return later;
        });
    assertThat(cache.get("k", this::load)).isEqualTo(later);
    cache.put(found);
    assertThat(cache.get("k", this::load)).as("seen behind it").isEqualTo(found);
    assertThat(loads).hasValue(1);
  }
}
