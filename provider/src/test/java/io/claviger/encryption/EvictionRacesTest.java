package io.claviger.encryption;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.config.CacheConfig;
import io.claviger.config.CustomConfig;
import io.claviger.config.KmsConfig;
import io.claviger.jca.ClavigerProvider;
import io.claviger.kms.EncryptionContext;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsException;
import io.claviger.kms.SecretBytes;
import io.claviger.service.KmsServiceManager;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Threads that seal and open while the keys leave both caches: bucket keys since their time ends or
 * their master key is disabled, unwrapped ones since the cache takes four. What left is wiped, so a
 * key used behind its end would not be the one that its wrapped form opens to.
 */
class EvictionRacesTest {
  private static final int THREADS = 8;
  private static final int ROUNDS = 400;
  private static final int BUCKETS = 30;
  private static final int ROUNDS_OF_A_STATE = 20;
  private static final int ROUNDS_OF_A_LIFETIME = 10;
  private static final long BOUND_SECONDS = 240;

  /** Wraps bucket keys all the time. */
  private static final String STEADY = "steady";

  /** Is disabled half of the time. */
  private static final String CHANGING = "changing";

  /** A bucket key that was lent, with a copy of it. */
  private record Known(String masterKeyId, String bucket, byte[] wrapped, byte[] key) {}

  private final AtomicLong now = new AtomicLong();
  private final AtomicInteger refused = new AtomicInteger();
  private final AtomicInteger sealed = new AtomicInteger();
  private final AtomicReferenceArray<Known> earlier = new AtomicReferenceArray<>(BUCKETS);
  private final KmsServiceManager keys = new KmsServiceManager();
  private final BucketKeys bucketKeys = new BucketKeys(now::get);
  private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);

  @AfterEach
  void stop() {
    threads.shutdownNow();
    keys.stop();
  }

  @Test
  void noKeyIsUsedBehindItsEndAndNoErrorIsOfTheRace() throws Exception {
    keys.configure(
        KmsConfig.builder(CustomConfig.of("memory"))
            .cacheConfig(CacheConfig.DEFAULT.withMaxDataKeys(4))
            .build());
    keys.start();
    keys.manager().createKey(STEADY);
    keys.manager().createKey(CHANGING);
    DataKeys dataKeys = new DataKeys(new ClavigerProvider(keys));
    List<Future<?>> running = new ArrayList<>();
    for (int thread = 0; thread < THREADS; thread++) {
      Random random = new Random(thread);
      boolean changes = thread == 0;
      running.add(threads.submit(() -> work(dataKeys, random, changes)));
    }
    for (Future<?> one : running) {
      one.get(BOUND_SECONDS, TimeUnit.SECONDS);
    }
    assertThat(refused).as("sealing under a disabled key").hasPositiveValue();
    assertThat(sealed).as("sealing under the key that changes").hasPositiveValue();
  }

  private void work(DataKeys dataKeys, Random random, boolean changes) {
    for (int round = 1; round <= ROUNDS; round++) {
      if (changes && round % ROUNDS_OF_A_STATE == 0) {
        if (round / ROUNDS_OF_A_STATE % 2 == 1) {
          keys.manager().disableKey(CHANGING);
        } else {
          keys.manager().enableKey(CHANGING);
        }
      }
      if (round % ROUNDS_OF_A_LIFETIME == 0) {
        now.addAndGet(BucketKeys.LIFETIME.toNanos());
      }
      int place = random.nextInt(BUCKETS);
      Known made = seal(dataKeys, random.nextBoolean() ? STEADY : CHANGING, "b" + place);
      if (made != null) {
        assertOpens(dataKeys, made);
        earlier.set(place, made);
      }
      Known old = earlier.get(random.nextInt(BUCKETS));
      if (old != null) {
        assertOpens(dataKeys, old); // disabled keys still unwrap
      }
    }
  }

  /** Returns the bucket key for an object, null where the master key is disabled. */
  private Known seal(DataKeys dataKeys, String masterKeyId, String bucket) {
    try (BucketKeys.Lent lent =
        bucketKeys.lend(dataKeys, masterKeyId, bucket, EncryptionContext.empty(), false)) {
      if (masterKeyId.equals(CHANGING)) {
        sealed.incrementAndGet();
      }
      return new Known(lent.masterKeyId(), bucket, lent.wrapped(), lent.key().toByteArray());
    } catch (KmsException e) {
      assertThat(masterKeyId).as(e.getMessage()).isEqualTo(CHANGING);
      assertThat(e.kind()).as(e.getMessage()).isEqualTo(ErrorKind.INVALID_KEY_STATE);
      refused.incrementAndGet();
      return null;
    }
  }

  private static void assertOpens(DataKeys dataKeys, Known known) {
    try (SecretBytes opened =
        BucketKeys.open(
            dataKeys,
            known.masterKeyId(),
            known.wrapped(),
            known.bucket(),
            EncryptionContext.empty())) {
      assertThat(opened.toByteArray()).isEqualTo(known.key());
    }
  }
}
