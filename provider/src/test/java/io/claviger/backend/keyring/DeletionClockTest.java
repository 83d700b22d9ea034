package io.claviger.backend.keyring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.backend.memory.MemoryBackend;
import io.claviger.kms.BackendSettings;
import io.claviger.kms.CreateKeyRequest;
import io.claviger.kms.DeleteKeyRequest;
import io.claviger.kms.DescribeKeyRequest;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KeyState;
import io.claviger.kms.KmsBackend;
import io.claviger.kms.KmsException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A deletion that a clock which was never set had scheduled would be due when it is set. */
class DeletionClockTest {
  private final AtomicReference<Instant> now = new AtomicReference<>();
  private final KmsBackend keys =
      MemoryBackend.create(
          new BackendSettings(
              Duration.ofSeconds(30),
              true,
              false,
              new Clock() {
                @Override
                public ZoneOffset getZone() {
                  return ZoneOffset.UTC;
                }

                @Override
                public Clock withZone(java.time.ZoneId zone) {
                  return this;
                }

                @Override
                public Instant instant() {
                  return now.get();
                }
              }));

  private void at(String instant) {
    now.set(Instant.parse(instant));
  }

  private KeyState state() {
    return keys.describeKey(new DescribeKeyRequest("k")).state();
  }

  @ParameterizedTest
  @CsvSource({
    "1970-01-02T00:00:00Z, 1970-01-02T00:10:00Z", // both before any key was made
    "2026-11-30T06:00:00Z, 1970-01-02T00:00:00Z",
    "2026-11-30T06:00:00Z, 2026-11-29T05:59:59Z", // more than a day before the key was made
  })
  void noneIsScheduledByAClockThatIsPlainlyWrong(String made, String scheduled) {
    at(made);
    keys.createKey(CreateKeyRequest.named("k"));
    at(scheduled);
    assertThatThrownBy(() -> keys.deleteKey(DeleteKeyRequest.schedule("k")))
        .hasMessageContainingAll(
            "the clock of this machine says " + now.get(), made, "set the clock")
        .asInstanceOf(InstanceOfAssertFactories.type(KmsException.class))
        .extracting(KmsException::kind)
        .isEqualTo(ErrorKind.INVALID_REQUEST);
    assertThat(state()).isEqualTo(KeyState.ENABLED);
  }

  @Test
  void clocksOfMachinesMayDifferByADay() {
    at("2026-11-30T06:00:00Z");
    keys.createKey(CreateKeyRequest.named("k"));
    at("2026-11-29T06:00:00Z");
    assertThat(keys.deleteKey(DeleteKeyRequest.schedule("k", 7)).deletionDate())
        .isEqualTo("2026-12-06T06:00:00Z");
    assertThat(state()).isEqualTo(KeyState.PENDING_DELETION);
  }
}
