package io.claviger.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.config.CustomConfig;
import io.claviger.config.KmsConfig;
import io.claviger.kms.BackendSettings;
import io.claviger.kms.DeleteKeyRequest;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsException;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which deletions are due, on every page of the list, and how often the log names those left. */
class OverdueTest {
  private final TroubledFactory factory = new TroubledFactory(BackendSettings.DEFAULT);
  private final AtomicLong nanos = new AtomicLong();
  private KmsServiceManager service;
  private KmsManager kms;

  @BeforeEach
  void start() {
    service =
        new KmsServiceManager(
            ServiceSettings.builder()
                .backendFactory(factory)
                .nanoTime(nanos::get)
                .clock(Clock.fixed(Instant.now().plus(Duration.ofDays(8)), ZoneOffset.UTC))
                .sweepInterval(Duration.ZERO)
                .build());
    service.configure(KmsConfig.of(CustomConfig.of(TroubledFactory.TYPE)));
    service.start();
    kms = service.manager();
  }

  @AfterEach
  void stop() {
    service.stop();
  }

  private void schedule(String keyId, int days) {
    kms.createKey(keyId);
    kms.deleteKey(DeleteKeyRequest.schedule(keyId, days));
  }

  private void refuse() {
    factory.before =
        operation -> {
          if (operation.equals("destroyIfDue")) {
            throw KmsException.of(ErrorKind.ACCESS_DENIED, "the policy denies delete");
          }
          return operation;
        };
  }

  private List<String> warnings() {
    PrintStream before = System.err;
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
    try {
      assertThat(kms.destroyDueKeys()).isEmpty();
    } finally {
      System.setErr(before);
    }
    return log.toString(StandardCharsets.UTF_8)
        .lines()
        .filter(line -> line.contains("not carried out"))
        .toList();
  }

  @Test
  void keysOfEveryPageGoAndThoseThatAreNotDueStay() {
    for (int i = 0; i <= 1000; i++) {
      schedule("key-%04d".formatted(i), 7);
    }
    schedule("later", 30);
    assertThat(kms.destroyDueKeys()).hasSize(1001).contains("key-0000", "key-1000");
    assertThat(kms.destroyDueKeys()).isEmpty();
    assertThat(warnings()).isEmpty();
  }

  @Test
  void theLogSaysItAgainAfterADayAndNotANanosecondBefore() {
    schedule("k", 7);
    refuse();
    assertThat(warnings()).hasSize(1);
    nanos.addAndGet(Overdue.SAID_EVERY.toNanos() - 1);
    assertThat(warnings()).isEmpty();
    nanos.incrementAndGet();
    assertThat(warnings()).hasSize(1);
    nanos.addAndGet(Overdue.SAID_EVERY.toNanos() - 1);
    assertThat(warnings()).isEmpty();
  }

  @Test
  void aKeyThatIsNewAmongThemIsSaidAtOnce() {
    schedule("k", 7);
    refuse();
    assertThat(warnings()).hasSize(1);
    schedule("l", 7);
    assertThat(warnings()).singleElement().asString().contains("2 scheduled", "\"k\"", "\"l\"");
    kms.cancelKeyDeletion("k");
    assertThat(warnings()).as("one less").isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"20, false", "21, true"})
  void atMostTwentyAreNamed(int keys, boolean more) {
    for (int i = 0; i < keys; i++) {
      schedule("key-%02d".formatted(i), 7);
    }
    refuse();
    String said = warnings().get(0);
    assertThat(said).contains(keys + " scheduled deletions", "\"key-19\"");
    assertThat(said.contains(", ..")).isEqualTo(more);
    assertThat(said).doesNotContain("\"key-20\"");
  }
}
