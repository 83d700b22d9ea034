package io.claviger.e2e.vault;

import static io.claviger.e2e.vault.Steps.running;
import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.config.BackendConfig;
import io.claviger.kms.DeleteKeyRequest;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsException;
import io.claviger.service.KmsManager;
import io.claviger.service.KmsServiceManager;
import io.claviger.testkit.VaultTestEnvironment.Mounts;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two processes that change the same keys at once: one wins, and nothing is lost. */
class RacesIT {
  private static final int THREADS_EACH = 3;
  private static final int ROUNDS = 8;

  private final List<KmsServiceManager> services = new ArrayList<>();
  private Mounts mounts;
  private BackendConfig config;

  private interface Work {
    boolean won(KmsManager kms, int thread);
  }

  private void openTwo(String mode) {
    mounts = Mounts.fresh();
    String token = mounts.server().rootToken();
    config =
        switch (mode) {
          case "transit" -> mounts.transit(token);
          case "kv2" -> mounts.kv2(token);
          default -> mounts.kv2(token).insecureRustfsCompatible();
        };
    for (int i = 0; i < 2; i++) {
      services.add(running(config));
    }
  }

  @AfterEach
  void close() {
    services.forEach(KmsServiceManager::stop);
    mounts.unmount();
  }

  private int winners(Work work) throws Exception {
    int threads = services.size() * THREADS_EACH;
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    CyclicBarrier together = new CyclicBarrier(threads);
    try {
      List<Future<Boolean>> all = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        int thread = i;
        KmsManager kms = services.get(i % services.size()).manager();
        all.add(
            pool.submit(
                () -> {
                  together.await();
                  return work.won(kms, thread);
                }));
      }
      int won = 0;
      for (Future<Boolean> one : all) {
        won += one.get() ? 1 : 0;
      }
      return won;
    } finally {
      pool.shutdownNow();
    }
  }

  private static boolean unless(ErrorKind loss, Runnable call) {
    try {
      call.run();
      return true;
    } catch (KmsException e) {
      assertThat(e.kind()).as(e.getMessage()).isEqualTo(loss);
      return false;
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"kv2", "transit", "rustfs"})
  void ofManyCreatesAndOfManyDestructionsOneWins(String mode) throws Exception {
    openTwo(mode);
    for (int round = 0; round < ROUNDS; round++) {
      assertThat(
              winners((kms, t) -> unless(ErrorKind.KEY_ALREADY_EXISTS, () -> kms.createKey("k"))))
          .isEqualTo(1);
      byte[] blob = Steps.roundTrip(services.get(0).manager(), "k");
      assertThat(Steps.open(services.get(1).manager(), "k", blob)).hasSize(32);
      assertThat(
              winners(
                  (kms, t) ->
                      unless(
                          ErrorKind.KEY_NOT_FOUND,
                          () -> kms.deleteKey(DeleteKeyRequest.immediate("k", "k")))))
          .isEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"kv2", "transit", "rustfs"})
  void noRotationNoTagAndNoVersionIsLost(String mode) throws Exception {
    openTwo(mode);
    services.get(0).manager().createKey("k");
    ConcurrentLinkedQueue<byte[]> blobs = new ConcurrentLinkedQueue<>();
    winners(
        (kms, thread) -> {
          for (int round = 0; round < ROUNDS; round++) {
            kms.tagKey("k", Map.of("%d-%d".formatted(thread, round), "x"));
            kms.rotateKey("k");
            blobs.add(Steps.roundTrip(kms, "k"));
          }
          return true;
        });
    int all = 2 * THREADS_EACH * ROUNDS;
    KmsServiceManager third = running(config);
    services.add(third);
    assertThat(third.manager().describeKey("k").currentVersion()).isEqualTo(1 + all);
    assertThat(third.manager().describeKey("k").tags()).hasSize(all);
    assertThat(blobs).hasSize(all);
    for (byte[] blob : blobs) {
      assertThat(Steps.open(third.manager(), "k", blob)).hasSize(32);
    }
  }
}
