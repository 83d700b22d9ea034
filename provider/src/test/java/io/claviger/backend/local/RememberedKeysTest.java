package io.claviger.backend.local;

import static io.claviger.backend.local.FolderFixture.assertOpens;
import static io.claviger.backend.local.FolderFixture.backend;
import static io.claviger.backend.local.FolderFixture.create;
import static io.claviger.backend.local.FolderFixture.encrypt;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.config.CustomConfig;
import io.claviger.config.KmsConfig;
import io.claviger.kms.BackendFields;
import io.claviger.kms.BackendSettings;
import io.claviger.kms.DecryptRequest;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.GenerateDataKeyRequest;
import io.claviger.kms.KeyState;
import io.claviger.kms.KmsBackend;
import io.claviger.kms.KmsBackendFactory;
import io.claviger.kms.KmsException;
import io.claviger.kms.ListKeysRequest;
import io.claviger.service.KmsManager;
import io.claviger.service.KmsServiceManager;
import io.claviger.service.ServiceSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Keys that are remembered go on while the disk hangs, whatever becomes of other calls. */
@Timeout(90)
class RememberedKeysTest {
  private static final int MANY = 100; // waits of two seconds each would not end in time

  @TempDir Path temporary;
  private HangingDisk disk = new HangingDisk();
  private final AtomicLong nanos = new AtomicLong();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private FolderFixture folder;
  private byte[] blob;

  @BeforeEach
  void makeFolder() {
    folder = new FolderFixture(temporary.resolve("keys")).make();
    try (KmsBackend keys = folder.backend()) {
      create(keys, "k", "l");
      blob = encrypt(keys, "k");
    }
  }

  @AfterEach
  void letGo() {
    disk.letGo();
    threads.shutdown();
  }

  /** A process whose calls of the disk end by {@code timeout}; the time is the test's. */
  private KmsBackend process(Duration timeout) {
    KeyFolder files = new KeyFolder(folder.path, 0600, disk);
    TimedCalls calls = new TimedCalls(files, timeout);
    OpenFolder open = OpenFolder.open(files, calls, new byte[] {'p'}, nanos::get);
    return backend(new FileRecordStore(open, timeout, Duration.ZERO));
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  /** Of a folder in use, one call waits for the look, and the others go on meanwhile. */
  @Test
  void oneCallWaitsForALookThatHangs() {
    int meanwhile = callsDuringALookThatHangs();
    for (int i = 0; i < 5 && meanwhile < MANY / 2; i++) { // of a machine too busy for two seconds
      disk = new HangingDisk();
      meanwhile = callsDuringALookThatHangs();
    }
    assertThat(meanwhile).as("calls that ended before the first").isGreaterThan(MANY / 2);
  }

  private int callsDuringALookThatHangs() {
    try (KmsBackend keys = process(Duration.ofSeconds(30))) {
      assertOpens(keys, "k", blob);
      disk.hangs = true;
      pass(OpenFolder.MOST_AGE);
      CompletableFuture<Void> first =
          CompletableFuture.runAsync(() -> assertOpens(keys, "k", blob), threads);
      awaitHang();
      CompletableFuture<Integer> others =
          CompletableFuture.supplyAsync(
              () -> {
                int meanwhile = 0;
                for (int i = 0; i < MANY; i++) {
                  assertOpens(keys, "k", blob);
                  meanwhile += first.isDone() ? 0 : 1;
                }
                return meanwhile;
              },
              threads);
      first.join();
      disk.letGo();
      return others.join();
    }
  }

  private void awaitHang() {
    try {
      disk.waits.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Who comes when nobody asked for long waits too: what is known is too old to go on with. */
  @Test
  void afterAnIdleTimeAllCallsSeeWhatOthersChanged() {
    try (KmsBackend keys = process(Duration.ofSeconds(30));
        KmsBackend other = folder.backend()) {
      assertOpens(keys, "k", blob);
      other.disableKey("k");
      pass(Duration.ofHours(1));
      IntStream.range(0, 8)
          .mapToObj(i -> CompletableFuture.supplyAsync(() -> state(keys), threads))
          .toList()
          .forEach(seen -> assertThat(seen.join()).isEqualTo(KeyState.DISABLED));
    }
  }

  private static KeyState state(KmsBackend keys) {
    return keys.describeKey(new io.claviger.kms.DescribeKeyRequest("k")).state();
  }

  /** With a time-out below two seconds every second call began a look and waited for it. */
  @Test
  void nobodyWaitsForTheLooksAfterOneThatHung() {
    try (KmsBackend keys = process(Duration.ofMillis(1))) {
      assertOpens(keys, "k", blob);
      disk.hangs = true;
      for (int i = 0; i < MANY; i++) {
        pass(Duration.ofMinutes(1));
        assertOpens(keys, "k", blob);
      }
      disk.letGo();
      keys.healthCheck();
      try (KmsBackend other = folder.backend()) {
        other.disableKey("k");
      }
      pass(Duration.ofMinutes(1));
      assertThat(state(keys)).as("waited for again").isEqualTo(KeyState.DISABLED);
    }
  }

  /** The breaker, and the 64 places, are for calls that somebody must answer. */
  @Test
  void theServiceServesThemWhateverFails() {
    KmsBackend backend = process(Duration.ofMillis(100));
    KmsServiceManager service =
        new KmsServiceManager(ServiceSettings.builder().backendFactory(factory(backend)).build());
    service.configure(
        KmsConfig.builder(CustomConfig.of("hanging")).retryAttempts(1).enableCache(false).build());
    service.start();
    KmsManager kms = service.manager();
    seal(kms, "k");
    disk.hangs = true;
    pass(Duration.ofMinutes(1));
    AtomicInteger refused = new AtomicInteger();
    for (int round = 0; round < 2; round++) { // the second one meets an open breaker
      IntStream.range(0, 100)
          .mapToObj(
              i ->
                  CompletableFuture.runAsync(
                      () ->
                          assertThatThrownBy(
                                  () -> {
                                    if (i % 2 == 0) {
                                      seal(kms, "l");
                                    } else {
                                      kms.listKeys(ListKeysRequest.first());
                                    }
                                  })
                              .satisfies(
                                  e ->
                                      refused.addAndGet(
                                          e.getMessage().contains("nothing was sent") ? 1 : 0))
                              .isInstanceOfSatisfying(
                                  KmsException.class,
                                  e -> assertThat(e.kind()).isEqualTo(ErrorKind.UNAVAILABLE)),
                      threads))
          .toList()
          .forEach(CompletableFuture::join);
      for (int i = 0; i < MANY; i++) {
        pass(Duration.ofSeconds(1));
        seal(kms, "k");
        kms.decrypt(new DecryptRequest("k", blob, FolderFixture.NONE)).close();
        assertThat(kms.describeKey("k").keyId()).isEqualTo("k");
        kms.lendMaterial("k", 1, true).close();
      }
    }
    assertThat(refused).as("calls that met an open breaker").hasPositiveValue();
    disk.letGo();
    service.healthCheck();
    seal(kms, "l");
    service.stop();
  }

  private static void seal(KmsManager kms, String id) {
    kms.generateDataKey(GenerateDataKeyRequest.of(id, FolderFixture.NONE)).close();
  }

  private static KmsBackendFactory factory(KmsBackend backend) {
    return new KmsBackendFactory() {
      @Override
      public Set<String> typeNames() {
        return Set.of("hanging");
      }

      @Override
      public KmsBackend create(BackendFields config, BackendSettings settings) {
        return backend;
      }
    };
  }
}
