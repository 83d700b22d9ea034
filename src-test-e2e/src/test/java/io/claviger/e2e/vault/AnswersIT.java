package io.claviger.e2e.vault;

import static io.claviger.e2e.vault.Steps.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.config.AuthMethod;
import io.claviger.config.BackendConfig;
import io.claviger.config.VaultConfig;
import io.claviger.config.VaultConnection;
import io.claviger.config.VaultTransitConfig;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsException;
import io.claviger.kms.ListKeysRequest;
import io.claviger.service.KmsManager;
import io.claviger.service.KmsServiceManager;
import io.claviger.testkit.VaultTestEnvironment.Mounts;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers that a real Vault gives seldom, put in its way; afterwards it is itself again. */
class AnswersIT {
  private static final String CAS_LOST =
      "{\"errors\":[\"check-and-set parameter did not match the current version\"]}";

  private final Mounts mounts = Mounts.fresh();
  private final Recorder recorder = new Recorder(mounts.server().address());
  private KmsServiceManager service;

  @AfterEach
  void close() {
    service.stop();
    recorder.close();
    mounts.unmount();
  }

  private KmsManager started(String mode) {
    VaultConnection connection =
        VaultConnection.of(recorder.address(), AuthMethod.Token.of(mounts.server().rootToken()));
    VaultConfig kv2 =
        VaultConfig.of(connection)
            .withPlaces(mounts.transit(), mounts.kv(), VaultConfig.DEFAULT_KEY_PATH_PREFIX);
    BackendConfig config =
        switch (mode) {
          case "kv2" -> kv2;
          case "rustfs" -> kv2.insecureRustfsCompatible();
          default ->
              VaultTransitConfig.of(connection)
                  .withPlaces(mounts.transit(), mounts.kv(), "rustfs/kms/transit-metadata");
        };
    service = Steps.running(config, c -> c.retryAttempts(1));
    service.manager().createKey("k");
    return service.manager();
  }

  @ParameterizedTest
  @ValueSource(strings = {"kv2", "rustfs", "transit"})
  void checkAndSetLostAgainAndAgain(String mode) {
    KmsManager kms = started(mode);
    recorder.answer(
        request -> request.startsWith("POST /v1/" + mounts.kv() + "/data/"), 400, CAS_LOST);
    assertThat(refused(ErrorKind.RATE_LIMITED, () -> kms.tagKey("k", Map.of("a", "1"))))
        .hasMessage(
            "key \"k\": other writers came first 64 times; nothing was changed. Call again");
    recorder.passAll();
    assertThat(kms.describeKey("k").tags()).isEmpty();
    assertThat(kms.tagKey("k", Map.of("a", "2")).tags()).isEqualTo(Map.of("a", "2"));
  }

  @ParameterizedTest
  @CsvSource({
    "307, UNAVAILABLE",
    "412, UNAVAILABLE",
    "429, RATE_LIMITED",
    "472, UNAVAILABLE",
    "473, UNAVAILABLE",
    "500, UNAVAILABLE",
    "502, UNAVAILABLE",
    "503, UNAVAILABLE"
  })
  void aStatusHasItsKindInEveryMode(int status, ErrorKind kind) {
    for (String mode : new String[] {"kv2", "transit"}) {
      KmsManager kms = started(mode);
      byte[] blob = Steps.roundTrip(kms, "k");
      recorder.answer(
          request -> !request.endsWith("/sys/health"), status, "{\"errors\":[\"Zz-body\"]}");
      KmsException e = refused(kind, () -> kms.listKeys(ListKeysRequest.first()));
      assertThat(e).hasMessageContaining(Integer.toString(status));
      assertThat(e.getMessage()).doesNotContain("Zz-body");
      recorder.passAll();
      assertThat(Steps.open(kms, "k", blob)).hasSize(32);
      service.stop();
    }
  }

  /** What is no answer of Vault, of a proxy for instance, is never taken for success. */
  @ParameterizedTest
  @ValueSource(
      strings = {"", "<html>", "{}", "[]", "{\"data\":{}}", "{\"data\":{\"plaintext\":7}}"})
  void anAnswerThatIsNoneIsRefused(String body) {
    KmsManager kms = started("transit");
    byte[] blob = Steps.roundTrip(kms, "k");
    recorder.answer(request -> request.contains("crypt/k"), 200, body);
    refused(ErrorKind.UNAVAILABLE, () -> Steps.open(kms, "k", blob));
    refused(ErrorKind.UNAVAILABLE, () -> Steps.roundTrip(kms, "k"));
    recorder.passAll();
    assertThat(Steps.open(kms, "k", blob)).hasSize(32);
  }
}
