package io.claviger.encryption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.backend.memory.MemoryBackend;
import io.claviger.config.CustomConfig;
import io.claviger.config.KmsConfig;
import io.claviger.jca.ClavigerProvider;
import io.claviger.kms.EncryptionContext;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsBackend;
import io.claviger.kms.KmsException;
import io.claviger.object.NameBinding;
import io.claviger.service.KmsServiceManager;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who shares a bucket key, and how many calls of the key service it takes. */
class BucketKeysTest {
  private static final int THREADS = 64;
  private static final long BOUND_SECONDS = 120;

  private final KmsBackend backend = MemoryBackend.create();
  private final AtomicInteger made = new AtomicInteger();
  private final CountDownLatch arrived = new CountDownLatch(1);
  private final CountDownLatch go = new CountDownLatch(1);
  private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
  private volatile boolean refusing;

  private final KmsServiceManager keys = KmsServiceManager.running(held(), "k");
  private final DataKeys dataKeys = new DataKeys(new ClavigerProvider(keys));
  private final BucketKeys bucketKeys = new BucketKeys(() -> 0);

  BucketKeysTest() {
    keys.manager().createKey("k");
  }

  @AfterEach
  void stop() {
    go.countDown();
    threads.shutdownNow();
    keys.stop();
  }

  /** Counts data keys that are made, each when {@code go} has come. */
  private KmsBackend held() {
    return (KmsBackend)
        Proxy.newProxyInstance(
            KmsBackend.class.getClassLoader(),
            new Class<?>[] {KmsBackend.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("generateDataKey")) {
                made.incrementAndGet();
                arrived.countDown();
                assertThat(go.await(BOUND_SECONDS, TimeUnit.SECONDS)).isTrue();
                if (refusing) {
                  throw KmsException.of(ErrorKind.ACCESS_DENIED, "no right to use key \"k\"");
                }
              }
              try {
                return method.invoke(backend, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private byte[] lend(BucketKeys from, String bucket) {
    try (BucketKeys.Lent lent =
        from.lend(dataKeys, "k", bucket, EncryptionContext.empty(), false)) {
      return lent.wrapped();
    }
  }

  private List<Future<byte[]>> storm() throws InterruptedException {
    List<Future<byte[]>> all = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      all.add(threads.submit(() -> lend(bucketKeys, "b")));
    }
    assertThat(arrived.await(BOUND_SECONDS, TimeUnit.SECONDS)).isTrue();
    go.countDown();
    return all;
  }

  @Test
  void aStormOfThreadsOnAColdKeyMakesOneCall() throws Exception {
    List<Future<byte[]>> all = storm();
    byte[] first = all.get(0).get(BOUND_SECONDS, TimeUnit.SECONDS);
    for (Future<byte[]> one : all) {
      assertThat(one.get(BOUND_SECONDS, TimeUnit.SECONDS)).isEqualTo(first);
    }
    assertThat(made).hasValue(1);
  }

  /** Those who wait hear of the failure, and the next call asks again. */
  @Test
  void aCallThatFailsIsNotRemembered() throws Exception {
    refusing = true;
    for (Future<byte[]> one : storm()) {
      assertThatThrownBy(() -> one.get(BOUND_SECONDS, TimeUnit.SECONDS))
          .isInstanceOf(ExecutionException.class)
          .hasMessageContaining("no right");
    }
    refusing = false;
    int before = made.get();
    lend(bucketKeys, "b");
    assertThat(made).hasValue(before + 1);
  }

  @Test
  void servicesOverOneKeyServiceShareABucketKey() {
    go.countDown();
    byte[] first = lend(BucketKeys.of(keys), "b");
    SealRequest request =
        new SealRequest(
            new ObjectName("b", "k"),
            null,
            EncryptionContext.empty(),
            NameBinding.OBJECT,
            "AES256",
            null,
            true);
    new EncryptionService(new ClavigerProvider(keys)).sealObject(request, 0);
    new EncryptionService(new ClavigerProvider("another", keys)).sealObject(request, 0);
    assertThat(lend(BucketKeys.of(keys), "b")).isEqualTo(first);
    assertThat(made).hasValue(1);
  }

  /** Another configuration may have another key of the same id. */
  @Test
  void aBucketKeyEndsWithTheConfigurationOfItsService() {
    go.countDown();
    byte[] first = lend(bucketKeys, "b");
    assertThat(lend(bucketKeys, "b")).isEqualTo(first);
    keys.reconfigure(KmsConfig.builder(CustomConfig.of("memory")).build());
    keys.manager().createKey("k");
    assertThat(lend(bucketKeys, "b")).isNotEqualTo(first);
  }

  /** The older version may be destroyed soon after: nothing new is sealed under it. */
  @Test
  void aBucketKeyEndsWithTheVersionOfItsMasterKey() {
    go.countDown();
    byte[] first = lend(bucketKeys, "b");
    keys.manager().rotateKey("k");
    assertThat(lend(bucketKeys, "b")).isNotEqualTo(first);
  }

  /** A job that writes to more places than are kept still finds those that it uses most. */
  @Test
  void manyBucketsDoNotDriveOutTheOneInUse() {
    go.countDown();
    for (int i = 0; i < BucketKeys.MAX_KEPT + 1000; i++) {
      lend(bucketKeys, "once-" + i);
      lend(bucketKeys, "b");
    }
    assertThat(made.get() - BucketKeys.MAX_KEPT - 1000).isLessThan(10);
  }
}
