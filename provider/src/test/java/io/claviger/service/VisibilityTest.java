package io.claviger.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.claviger.config.CustomConfig;
import io.claviger.config.KmsConfig;
import io.claviger.kms.BackendSettings;
import io.claviger.kms.DataKey;
import io.claviger.kms.DecryptRequest;
import io.claviger.kms.DeleteKeyRequest;
import io.claviger.kms.EncryptionContext;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.GenerateDataKeyRequest;
import io.claviger.kms.KeyState;
import io.claviger.kms.KmsException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** When changes of another process are seen by what this one remembers: docs/caches.md. */
class VisibilityTest {
  private static final EncryptionContext NONE = EncryptionContext.empty();

  private final TroubledFactory factory = new TroubledFactory(BackendSettings.DEFAULT);
  private final Map<String, AtomicInteger> calls = new ConcurrentHashMap<>();
  private final AtomicLong nanos = new AtomicLong();
  private KmsServiceManager service = new KmsServiceManager();
  private KmsManager kms = service.manager();
  private byte[] blob = {};

  private void start(boolean strict) {
    service =
        new KmsServiceManager(
            ServiceSettings.builder()
                .backendFactory(factory)
                .nanoTime(nanos::get)
                .pause(time -> {})
                .sweepInterval(Duration.ZERO)
                .build());
    service.configure(
        KmsConfig.builder(CustomConfig.of(TroubledFactory.TYPE)).strictDecrypt(strict).build());
    service.start();
    kms = service.manager();
    kms.createKey("k");
    try (DataKey key = kms.generateDataKey(GenerateDataKeyRequest.of("k", NONE))) {
      blob = key.ciphertextBlob();
    }
    factory.before =
        operation -> {
          calls.computeIfAbsent(operation, o -> new AtomicInteger()).incrementAndGet();
          return operation;
        };
    open();
  }

  @AfterEach
  void stop() {
    service.stop();
  }

  private void open() {
    kms.decrypt(new DecryptRequest("k", blob, NONE)).close();
  }

  private KmsException failure() {
    KmsException e = catchThrowableOfType(KmsException.class, this::open);
    assertThat(e).isNotNull();
    return e;
  }

  private int count(String operation) {
    AtomicInteger counted = calls.get(operation);
    return counted == null ? 0 : counted.get();
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  private void down() {
    factory.before =
        operation -> {
          throw TroubledFactory.down();
        };
  }

  @Test
  void aKeyThatNobodyUsedForAMinuteIsLookedAtBeforeItServes() {
    start(false);
    factory.shared.disableKey("k");
    pass(KeyWatch.OLDEST);
    open();
    assertThat(count("describeKey")).isEqualTo(1);
    assertThat(count("decrypt")).as("dropped, and opened by the backend again").isEqualTo(2);
  }

  @Test
  void aKeyInUseIsLookedAtMeanwhileOnAnotherThread() {
    start(false);
    factory.shared.disableKey("k");
    pass(KeyWatch.OLDEST.dividedBy(2).minusNanos(1));
    open();
    assertThat(calls.keySet()).as("nothing is due").containsExactly("decrypt");
    pass(Duration.ofNanos(1));
    long end = System.nanoTime() + Duration.ofMinutes(1).toNanos();
    while (count("decrypt") < 2) {
      open();
      assertThat(System.nanoTime()).as("dropped in the end").isLessThan(end);
    }
    assertThat(count("describeKey")).isEqualTo(1);
  }

  @Test
  void aDestroyedKeyOpensNothingAfterAMinute() {
    start(false);
    factory.shared.deleteKey(DeleteKeyRequest.immediate("k", "k"));
    pass(KeyWatch.OLDEST);
    assertThat(failure().kind()).isEqualTo(ErrorKind.KEY_NOT_FOUND);
    assertThat(failure().kind()).isEqualTo(ErrorKind.KEY_NOT_FOUND);
  }

  @Test
  void whileTheBackendIsAwayRememberedKeysServeOn() {
    start(false);
    kms.describeKey("k");
    down();
    pass(KeyWatch.OLDEST);
    open();
    pass(KeyWatch.OLDEST);
    open();
  }

  @Test
  void strictlyASecondAndOneLookForAllOfIt() {
    start(true);
    int looks = count("describeKey");
    for (int i = 0; i < 1_000; i++) {
      open();
    }
    assertThat(count("describeKey")).isEqualTo(looks);
    factory.shared.disableKey("k");
    pass(KeyWatch.OLDEST_STRICT);
    assertThat(failure().kind()).isEqualTo(ErrorKind.INVALID_KEY_STATE);
    assertThat(failure()).hasMessageContaining("strict");
    assertThat(count("describeKey")).isEqualTo(looks + 1);
    factory.shared.enableKey("k");
    pass(KeyWatch.OLDEST_STRICT);
    open();
    down();
    pass(KeyWatch.OLDEST_STRICT);
    assertThat(failure().kind()).as("in doubt, no").isEqualTo(ErrorKind.UNAVAILABLE);
  }

  @Test
  void aDescriptionThatShowsADisabledKeyDropsWhatIsRememberedUnderIt() {
    start(false);
    factory.shared.disableKey("k");
    assertThat(kms.describeKey("k").state()).isEqualTo(KeyState.DISABLED);
    open();
    assertThat(count("decrypt")).isEqualTo(2);
  }

  @Test
  void theStateForBucketKeysIsAtMostAMinuteOldAndOnesOwnChangesAreSeenAtOnce() {
    start(false);
    assertThat(kms.recentState("k")).isEqualTo(KeyState.ENABLED);
    assertThat(count("describeKey")).as("it made a data key").isZero();
    factory.shared.disableKey("k");
    pass(KeyWatch.OLDEST);
    assertThat(kms.recentState("k")).isEqualTo(KeyState.DISABLED);
    kms.enableKey("k");
    assertThat(kms.recentState("k")).isEqualTo(KeyState.ENABLED);
  }
}
