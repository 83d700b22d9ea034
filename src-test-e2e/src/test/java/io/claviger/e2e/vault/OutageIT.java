package io.claviger.e2e.vault;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.config.AuthMethod;
import io.claviger.config.BackendConfig;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsException;
import io.claviger.service.KmsManager;
import io.claviger.service.KmsServiceManager;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Vault is gone for 20 s under 8 threads of traffic. */
class OutageIT {
  private static final int THREADS = 8;
  private static final int OUTAGE_SECONDS = 20;
  private static final int CALLS_AFTER = 25;
  private static final Set<ErrorKind> DOCUMENTED =
      EnumSet.of(ErrorKind.UNAVAILABLE, ErrorKind.TIMED_OUT);

  @TempDir Path folder;

  private final ConcurrentLinkedQueue<byte[]> blobs = new ConcurrentLinkedQueue<>();
  private final Set<ErrorKind> failures = ConcurrentHashMap.newKeySet();
  private final AtomicInteger failed = new AtomicInteger();
  private final AtomicBoolean over = new AtomicBoolean();

  @ParameterizedTest
  @ValueSource(strings = {"kv2", "transit"})
  void everyCallSucceedsOrSaysSoAndNothingIsLost(String mode) throws Exception {
    try (VaultProcess vault = VaultProcess.plain(folder).withEngines()) {
      boolean kv2 = mode.equals("kv2");
      AuthMethod login =
          AuthMethod.Token.of(vault.token(kv2 ? "claviger-kv2" : "claviger-transit"));
      BackendConfig config =
          kv2 ? Steps.kv2(vault.address(), login) : Steps.transit(vault.address(), login);
      KmsServiceManager service = Steps.running(config, c -> c.timeout(Duration.ofSeconds(10)));
      KmsManager kms = service.manager();
      kms.createKey("k");
      ExecutorService threads = Executors.newFixedThreadPool(THREADS);
      try {
        List<Future<?>> traffic = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
          traffic.add(threads.submit(() -> untilOver(kms)));
        }
        pass(2);
        vault.stop();
        pass(OUTAGE_SECONDS);
        vault.start();
        untilAnswered(kms);
        over.set(true);
        for (Future<?> one : traffic) {
          one.get();
        }
        List<Future<?>> after = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
          after.add(threads.submit(() -> mustSucceed(kms)));
        }
        for (Future<?> one : after) {
          one.get();
        }
        assertThat(failed.get()).as("calls that failed meanwhile").isPositive();
        assertThat(failures).isSubsetOf(DOCUMENTED);
        assertThat(blobs).hasSizeGreaterThan(THREADS * CALLS_AFTER);
        for (byte[] blob : blobs) {
          assertThat(Steps.open(kms, "k", blob)).hasSize(32);
        }
      } finally {
        threads.shutdownNow();
        service.stop();
      }
    }
  }

  /** The outage itself takes its time. */
  private static void pass(int seconds) throws InterruptedException {
    assertThat(new CountDownLatch(1).await(seconds, TimeUnit.SECONDS)).isFalse();
  }

  /** Calls work again by themselves. */
  private static void untilAnswered(KmsManager kms) {
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
    while (true) {
      try {
        Steps.roundTrip(kms, "k");
        return;
      } catch (KmsException e) {
        assertThat(System.nanoTime()).as(e.getMessage()).isLessThan(end);
      }
    }
  }

  private void untilOver(KmsManager kms) {
    while (!over.get()) {
      try {
        byte[] blob = Steps.roundTrip(kms, "k");
        if (blobs.size() < 2_000) {
          blobs.add(blob);
        }
      } catch (KmsException e) {
        failures.add(e.kind());
        failed.incrementAndGet();
      }
    }
  }

  private void mustSucceed(KmsManager kms) {
    for (int i = 0; i < CALLS_AFTER; i++) {
      blobs.add(Steps.roundTrip(kms, "k"));
    }
  }
}
