package io.claviger.jca;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.backend.memory.MemoryBackend;
import io.claviger.kms.KmsException;
import io.claviger.service.KmsServiceManager;
import java.security.InvalidKeyException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.Cipher;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** 64 threads on one key object. */
class ConcurrentUseTest {
  private static final int THREADS = 64;

  private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
  private KmsServiceManager service;
  private ClavigerProvider provider;

  @BeforeEach
  void start() {
    service = KmsServiceManager.running(MemoryBackend.create(), null);
    service.manager().createKey("orders");
    provider = new ClavigerProvider(service);
  }

  @AfterEach
  void stop() throws Exception {
    threads.shutdownNow();
    assertThat(threads.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
    service.stop();
  }

  private void onEach(Callable<Void> work) throws Exception {
    List<Future<Void>> all = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      all.add(threads.submit(work));
    }
    for (Future<Void> one : all) {
      one.get(2, TimeUnit.MINUTES);
    }
  }

  private void roundTrip(KmsKey key, String transformation, Random random) throws Exception {
    byte[] plain = new byte[random.nextInt(3000)];
    random.nextBytes(plain);
    Cipher cipher = Cipher.getInstance(transformation, provider);
    cipher.init(Cipher.ENCRYPT_MODE, key);
    byte[] sealed = cipher.doFinal(plain);
    Cipher back = Cipher.getInstance(transformation, provider);
    back.init(Cipher.DECRYPT_MODE, key, cipher.getParameters());
    assertThat(back.doFinal(sealed)).isEqualTo(plain);
  }

  @Test
  void oneKeyServesThemAll() throws Exception {
    KmsKey key = provider.key("orders");
    onEach(
        () -> {
          Random random = new Random();
          for (int i = 0; i < 50; i++) {
            roundTrip(key, "AES/GCM/NoPadding", random);
            roundTrip(key, "KMSEnvelope", random);
          }
          return null;
        });
  }

  /** Right bytes before, a refusal after, nothing else; a cipher that began goes on. */
  @Test
  void aKeyDestroyedWhileInUse() throws Exception {
    KmsKey key = provider.key("orders");
    Cipher begun = Cipher.getInstance("AES/GCM/NoPadding", provider);
    begun.init(Cipher.ENCRYPT_MODE, key);
    CountDownLatch busy = new CountDownLatch(THREADS);
    AtomicInteger refused = new AtomicInteger();
    Future<?> destroyer =
        threads.submit(
            () -> {
              busy.await();
              key.destroy();
              return null;
            });
    List<Future<Void>> all = new ArrayList<>();
    ExecutorService users = Executors.newFixedThreadPool(THREADS);
    try {
      for (int i = 0; i < THREADS; i++) {
        all.add(
            users.submit(
                () -> {
                  Random random = new Random();
                  try {
                    while (true) {
                      roundTrip(key, "AES/GCM/NoPadding", random);
                      busy.countDown();
                    }
                  } catch (InvalidKeyException e) {
                    assertThat(e).hasMessageContaining("was destroyed; obtain it again");
                    refused.incrementAndGet();
                  }
                  return null;
                }));
      }
      destroyer.get(2, TimeUnit.MINUTES);
      for (Future<Void> one : all) {
        one.get(2, TimeUnit.MINUTES);
      }
    } finally {
      users.shutdownNow();
    }
    assertThat(refused).hasValue(THREADS);
    assertThat(begun.doFinal(new byte[10])).hasSize(26);
    roundTrip(provider.key("orders"), "AES/GCM/NoPadding", new Random());
  }

  /** A key whose service stops and starts under its users: right bytes or a KmsException. */
  @Test
  void aBackendSwappedWhileInUse() throws Exception {
    KmsKey key = provider.key("orders");
    CountDownLatch busy = new CountDownLatch(THREADS);
    Future<?> stopper =
        threads.submit(
            () -> {
              busy.await();
              service.stop();
              return null;
            });
    ExecutorService users = Executors.newFixedThreadPool(THREADS);
    List<Future<Void>> all = new ArrayList<>();
    try {
      for (int i = 0; i < THREADS; i++) {
        all.add(
            users.submit(
                () -> {
                  Random random = new Random();
                  try {
                    while (true) {
                      roundTrip(key, "AES/GCM/NoPadding", random);
                      busy.countDown();
                    }
                  } catch (InvalidKeyException e) {
                    assertThat(e).hasCauseInstanceOf(KmsException.class);
                  }
                  return null;
                }));
      }
      stopper.get(2, TimeUnit.MINUTES);
      for (Future<Void> one : all) {
        one.get(2, TimeUnit.MINUTES);
      }
    } finally {
      users.shutdownNow();
    }
  }
}
