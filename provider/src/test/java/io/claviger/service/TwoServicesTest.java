package io.claviger.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.claviger.config.KmsConfig;
import io.claviger.config.LocalConfig;
import io.claviger.encryption.EncryptionService;
import io.claviger.encryption.ObjectName;
import io.claviger.encryption.ObjectSealer;
import io.claviger.encryption.SealRequest;
import io.claviger.jca.ClavigerProvider;
import io.claviger.kms.EncryptionContext;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsException;
import io.claviger.object.NameBinding;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two services over one key folder, as two processes have it: one disables, the other notices. */
class TwoServicesTest {
  private static final long BOUND_NANOS = Duration.ofMinutes(1).toNanos();

  @TempDir Path temporary;
  private final AtomicLong nanos = new AtomicLong();
  private final KmsServiceManager sealing =
      new KmsServiceManager(
          ServiceSettings.builder().nanoTime(nanos::get).sweepInterval(Duration.ZERO).build());
  private final KmsServiceManager other = new KmsServiceManager();

  @BeforeEach
  void start() {
    for (KmsServiceManager service : new KmsServiceManager[] {sealing, other}) {
      service.configure(
          KmsConfig.builder(LocalConfig.of(temporary.resolve("keys"), "p"))
              .allowInsecureDevDefaults(true) // a folder in the temporary one
              .build());
      service.start();
    }
    other.manager().createKey("k");
  }

  @AfterEach
  void stop() {
    sealing.stop();
    other.stop();
  }

  private static String bucketKey(EncryptionService service, String name) {
    SealRequest request =
        new SealRequest(
            new ObjectName("bucket", name),
            "k",
            EncryptionContext.empty(),
            NameBinding.OBJECT,
            "AES256",
            null,
            true);
    ObjectSealer sealer = service.sealObject(request, 1);
    return String.valueOf(sealer.envelope().get("claviger-bk"));
  }

  @Test
  void aBucketKeyEndsAMinuteAfterAnotherServiceDisabledItsMasterKey() {
    EncryptionService service = new EncryptionService(new ClavigerProvider(sealing));
    String first = bucketKey(service, "one");
    assertThat(bucketKey(service, "two")).isEqualTo(first);
    other.manager().disableKey("k");
    nanos.addAndGet(KeyWatch.OLDEST.toNanos());
    KmsException refused = null;
    long begun = System.nanoTime(); // the folder's own look is half a second of real time old
    while (refused == null && System.nanoTime() - begun < BOUND_NANOS) {
      refused = catchThrowableOfType(KmsException.class, () -> bucketKey(service, "three"));
      nanos.addAndGet(KeyWatch.OLDEST.toNanos());
    }
    assertThat(refused).isNotNull();
    assertThat(refused.kind()).isEqualTo(ErrorKind.INVALID_KEY_STATE);
    other.manager().enableKey("k");
    begun = System.nanoTime();
    String next = null;
    while (next == null && System.nanoTime() - begun < BOUND_NANOS) {
      nanos.addAndGet(KeyWatch.OLDEST.toNanos());
      try {
        next = bucketKey(service, "four");
      } catch (KmsException e) {
        assertThat(e.kind()).isEqualTo(ErrorKind.INVALID_KEY_STATE);
      }
    }
    assertThat(next).as("the old one was dropped").isNotNull().isNotEqualTo(first);
  }
}
