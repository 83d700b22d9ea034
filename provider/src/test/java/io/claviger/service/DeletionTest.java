package io.claviger.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.config.CustomConfig;
import io.claviger.config.KmsConfig;
import io.claviger.config.LocalConfig;
import io.claviger.kms.BackendSettings;
import io.claviger.kms.DeleteKeyRequest;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KeyState;
import io.claviger.kms.KmsException;
import io.claviger.kms.ListKeysRequest;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Scheduled deletion, from the deadline's point of view. */
class DeletionTest {
  private static final Instant START = Instant.parse("2026-03-01T10:00:00Z");

  /** A clock that a test sets. */
  private static final class Hand extends Clock {
    private volatile Instant now = START;

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  @TempDir Path temporary;
  private final Hand hand = new Hand();

  private KmsServiceManager started(ServiceSettings.Builder settings) {
    KmsServiceManager service = new KmsServiceManager(settings.clock(hand).build());
    service.configure(
        KmsConfig.builder(LocalConfig.of(temporary.resolve("keys"), "p"))
            .allowInsecureDevDefaults(true)
            .build());
    service.start();
    return service;
  }

  @Test
  void theDeadlineOutlivesTheProcessAndOnlyDueKeysGo() {
    KmsServiceManager first = started(ServiceSettings.builder());
    for (String id : new String[] {"seven", "thirty", "cancelled", "kept"}) {
      first.manager().createKey(id);
    }
    first.manager().deleteKey(DeleteKeyRequest.schedule("seven", 7));
    first.manager().deleteKey(DeleteKeyRequest.schedule("thirty", 30));
    first.manager().deleteKey(DeleteKeyRequest.schedule("cancelled", 7));
    assertThat(first.manager().destroyDueKeys()).isEmpty();
    first.stop();

    hand.now = START.plus(Duration.ofDays(7));
    KmsServiceManager second = started(ServiceSettings.builder());
    second.manager().cancelKeyDeletion("cancelled");
    assertThat(second.manager().destroyDueKeys()).containsExactly("seven");
    assertThat(second.manager().destroyDueKeys()).as("again").isEmpty();
    assertThat(second.manager().listKeys(ListKeysRequest.first()).keys())
        .extracting(key -> key.keyId() + " " + key.state())
        .containsExactly(
            "cancelled " + KeyState.ENABLED,
            "kept " + KeyState.ENABLED,
            "thirty " + KeyState.PENDING_DELETION);
    second.stop();
  }

  @Test
  void theSweeperDoesItByItself() throws Exception {
    CountDownLatch destroyed = new CountDownLatch(1);
    KmsServiceManager service =
        started(
            ServiceSettings.builder()
                .sweepInterval(Duration.ofMillis(5))
                .listener(
                    new KmsListener() {
                      @Override
                      public void operationFinished(OperationRecord operation) {
                        if (operation.operation().equals("destroyIfDue")) {
                          destroyed.countDown();
                        }
                      }
                    }));
    service.manager().createKey("k");
    service.manager().deleteKey(DeleteKeyRequest.schedule("k", 7));
    hand.now = START.plus(Duration.ofDays(7));
    destroyed.await();
    assertThat(service.manager().listKeys(ListKeysRequest.first()).keys()).isEmpty();
    service.stop();
  }

  /** A key that cannot be destroyed, day after day. */
  @Test
  void theLogSaysOnceADayWhatWasNotCarriedOutAndWhy() {
    AtomicLong nanos = new AtomicLong();
    TroubledFactory factory = new TroubledFactory(BackendSettings.DEFAULT);
    KmsServiceManager service =
        new KmsServiceManager(
            ServiceSettings.builder()
                .backendFactory(factory)
                .nanoTime(nanos::get)
                .clock(hand)
                .sweepInterval(Duration.ZERO)
                .build());
    service.configure(KmsConfig.of(CustomConfig.of(TroubledFactory.TYPE)));
    service.start();
    KmsManager kms = service.manager();
    kms.createKey("k");
    kms.deleteKey(DeleteKeyRequest.schedule("k", 7));
    hand.now = Instant.now().plus(Duration.ofDays(8));
    factory.before =
        operation -> {
          if (operation.equals("destroyIfDue")) {
            throw KmsException.of(ErrorKind.ACCESS_DENIED, "the policy denies delete");
          }
          return operation;
        };
    String log =
        logged(
            () -> {
              for (int hour = 0; hour < 48; hour++) {
                assertThat(kms.destroyDueKeys()).isEmpty();
                nanos.addAndGet(Duration.ofHours(1).toNanos());
              }
            });
    assertThat(log.lines().filter(line -> line.contains("not carried out")))
        .hasSize(2)
        .allMatch(line -> line.contains("\"k\" (the policy denies delete)"));
    factory.before = operation -> operation;
    assertThat(kms.destroyDueKeys()).containsExactly("k");
    assertThat(logged(() -> assertThat(kms.destroyDueKeys()).isEmpty())).doesNotContain("carried");
    service.stop();
  }

  private static String logged(Runnable work) {
    PrintStream before = System.err;
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
    try {
      work.run();
    } finally {
      System.setErr(before);
    }
    return log.toString(StandardCharsets.UTF_8);
  }
}
