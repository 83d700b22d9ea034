package io.claviger.e2e.vault;

import static io.claviger.e2e.vault.Steps.kv2;
import static io.claviger.e2e.vault.Steps.open;
import static io.claviger.e2e.vault.Steps.refused;
import static io.claviger.e2e.vault.Steps.roundTrip;
import static io.claviger.e2e.vault.Steps.running;
import static io.claviger.e2e.vault.Steps.transit;
import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.config.AuthMethod;
import io.claviger.config.BackendConfig;
import io.claviger.config.VaultConfig;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.ListKeysRequest;
import io.claviger.service.KmsManager;
import io.claviger.service.KmsServiceManager;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What can happen to Vault, what is said of it, and that calls succeed again without a restart. */
class FailuresIT {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  @TempDir static Path folder;
  private static VaultProcess vault;

  private final String key = "k-" + UUID.randomUUID();
  private KmsServiceManager service;

  @BeforeAll
  static void start() {
    vault = VaultProcess.plain(folder).withEngines();
  }

  @AfterAll
  static void stop() {
    vault.close();
  }

  @AfterEach
  void stopService() {
    if (service != null) {
      service.stop();
    }
  }

  private static BackendConfig backend(String mode, String token) {
    AuthMethod login = AuthMethod.Token.of(token);
    return mode.equals("kv2") ? kv2(vault.address(), login) : transit(vault.address(), login);
  }

  /** Starts a service that tries once, with a key. */
  private KmsManager started(String mode) {
    String token = vault.token(mode.equals("kv2") ? "claviger-kv2" : "claviger-transit");
    service = running(backend(mode, token), c -> c.retryAttempts(1).timeout(TIMEOUT));
    service.manager().createKey(key);
    return service.manager();
  }

  private static void list(KmsManager kms) {
    kms.listKeys(ListKeysRequest.first());
  }

  @ParameterizedTest
  @ValueSource(strings = {"kv2", "transit"})
  void sealed(String mode) {
    KmsManager kms = started(mode);
    byte[] blob = roundTrip(kms, key);
    vault.seal();
    assertThat(refused(ErrorKind.UNAVAILABLE, () -> list(kms)))
        .hasMessageContaining("is sealed or not ready. Unseal it");
    assertThat(refused(ErrorKind.UNAVAILABLE, kms::healthCheck))
        .hasMessageContaining("is sealed or not ready");
    vault.unseal();
    assertThat(open(kms, key, blob)).hasSize(32);
    list(kms);
  }

  @ParameterizedTest
  @ValueSource(strings = {"kv2", "transit"})
  void stoppedAndStartedAgain(String mode) {
    KmsManager kms = started(mode);
    byte[] blob = roundTrip(kms, key);
    vault.stop();
    refused(ErrorKind.UNAVAILABLE, () -> list(kms)); // a connection kept open may break first
    assertThat(refused(ErrorKind.UNAVAILABLE, () -> list(kms)))
        .hasMessageContaining("does not accept connections. Start it or check address");
    vault.start();
    assertThat(open(kms, key, blob)).hasSize(32);
    kms.rotateKey(key);
    roundTrip(kms, key);
  }

  @ParameterizedTest
  @ValueSource(strings = {"kv2", "transit"})
  void slow(String mode) {
    KmsManager kms = started(mode);
    byte[] blob = roundTrip(kms, key);
    vault.hold();
    try {
      assertThat(refused(ErrorKind.TIMED_OUT, () -> list(kms)))
          .hasMessageContaining("did not answer within %d ms".formatted(TIMEOUT.toMillis()));
      Thread.currentThread().interrupt();
      refused(ErrorKind.TIMED_OUT, () -> list(kms));
      assertThat(Thread.interrupted()).as("the flag stays set").isTrue();
    } finally {
      vault.release();
    }
    assertThat(open(kms, key, blob)).hasSize(32);
  }

  @ParameterizedTest
  @ValueSource(strings = {"kv2", "transit"})
  void tokenRevoked(String mode) {
    String token = vault.token(mode.equals("kv2") ? "claviger-kv2" : "claviger-transit");
    service = running(backend(mode, token), c -> c.retryAttempts(1));
    KmsManager kms = service.manager();
    kms.createKey(key);
    byte[] blob = roundTrip(kms, key);
    vault.admin().write("auth/token/revoke", Map.of("token", token));
    assertThat(refused(ErrorKind.ACCESS_DENIED, () -> list(kms)))
        .hasMessageContaining("does not accept this process's token: it was revoked or has ended");
    service.reconfigure(Steps.config(backend(mode, vault.rootToken()), c -> c));
    assertThat(open(kms, key, blob)).hasSize(32);
  }

  @Test
  void policyDenied() {
    vault.admin().write("transit/keys/orders", Map.of("type", "aes256-gcm96"));
    service =
        running(backend("transit", vault.token("claviger-transit-use")), c -> c.retryAttempts(1));
    KmsManager kms = service.manager();
    roundTrip(kms, "orders");
    assertThat(refused(ErrorKind.ACCESS_DENIED, () -> kms.createKey("other")))
        .hasMessage(
            "key \"other\": Vault's policy denies read on \"secret/data/rustfs/kms/transit-metadata/other\". Allow it for this login, see docs/vault.md");
    assertThat(refused(ErrorKind.ACCESS_DENIED, () -> kms.disableKey("orders")))
        .hasMessageContaining("denies create or update on \"secret/data/rustfs/kms/transit-meta");
    vault
        .admin()
        .write(
            "sys/policies/acl/claviger-transit-use",
            Map.of("policy", Policies.text("claviger-transit")));
    kms.createKey(key);
  }

  @ParameterizedTest
  @ValueSource(strings = {"kv2", "transit"})
  void mountMissing(String mode) {
    String place = "later-" + UUID.randomUUID();
    AuthMethod root = AuthMethod.Token.of(vault.rootToken());
    BackendConfig config =
        mode.equals("kv2")
            ? kv2(vault.address(), root).withPlaces(place, "secret", "p")
            : transit(vault.address(), root).withPlaces(place, "secret", "p");
    service = new KmsServiceManager();
    service.configure(Steps.config(config, c -> c));
    assertThat(refused(ErrorKind.INVALID_CONFIGURATION, service::start))
        .hasMessageContaining("no secrets engine is mounted at the beginning of \"" + place);
    vault.admin().mount(place, "transit", Map.of());
    service.start();
    service.manager().createKey(key);
    vault.admin().delete("sys/mounts/" + place);
    refused(ErrorKind.INVALID_CONFIGURATION, () -> service.manager().createKey("x" + key));
  }

  @Test
  void versionOneOfKvIsNotTaken() {
    String place = "kv1-" + UUID.randomUUID();
    vault.admin().mount(place, "kv", Map.of("version", "1"));
    AuthMethod root = AuthMethod.Token.of(vault.rootToken());
    service = running(kv2(vault.address(), root).withPlaces("transit", place, "p"));
    assertThat(refused(ErrorKind.INVALID_CONFIGURATION, () -> service.manager().createKey(key)))
        .hasMessageContaining("is no KV engine of version 2");
  }

  @Test
  void rotatedByVaultItself() {
    KmsManager kms = started("transit");
    byte[] first = roundTrip(kms, key);
    vault.admin().write("transit/keys/" + key + "/rotate", Map.of());
    byte[] second = roundTrip(kms, key);
    assertThat(new String(second, java.nio.charset.StandardCharsets.US_ASCII))
        .startsWith("vault:v2:");
    assertThat(open(kms, key, first)).hasSize(32);
    assertThat(kms.updateDescription(key, "d").currentVersion()).isEqualTo(2);
  }

  @Test
  void minimumDecryptionVersionRaisedAndVersionsTrimmed() {
    KmsManager kms = started("transit");
    byte[] first = roundTrip(kms, key);
    kms.rotateKey(key);
    byte[] second = roundTrip(kms, key);
    String config = "transit/keys/" + key + "/config";
    vault.admin().write(config, Map.of("min_decryption_version", 2));
    assertThat(refused(ErrorKind.INVALID_KEY_STATE, () -> open(kms, key, first)))
        .hasMessageContaining("below min_decryption_version")
        .hasMessageContaining("Lower it");
    assertThat(open(kms, key, second)).hasSize(32);
    vault.admin().write(config, Map.of("min_decryption_version", 1));
    assertThat(open(kms, key, first)).as("lowered again").hasSize(32);
    vault.admin().write(config, Map.of("min_decryption_version", 2, "min_encryption_version", 2));
    vault.admin().write("transit/keys/" + key + "/trim", Map.of("min_available_version", 2));
    refused(ErrorKind.INVALID_KEY_STATE, () -> open(kms, key, first));
    assertThat(open(kms, key, second)).as("of the version that is left").hasSize(32);
  }

  @Test
  void deletedInTransitBehindOurBack() {
    KmsManager kms = started("transit");
    byte[] blob = roundTrip(kms, key);
    vault.admin().write("transit/keys/" + key + "/config", Map.of("deletion_allowed", true));
    vault.admin().delete("transit/keys/" + key);
    refused(ErrorKind.KEY_NOT_FOUND, () -> open(kms, key, blob));
    refused(ErrorKind.KEY_NOT_FOUND, () -> roundTrip(kms, key));
    assertThat(kms.createKey(key).currentVersion()).as("the name is free").isEqualTo(1);
    refused(ErrorKind.NOT_AUTHENTIC, () -> open(kms, key, blob));
  }

  @Test
  void theRootKeyIsMissing() {
    String place = "t-" + UUID.randomUUID();
    vault.admin().mount(place, "transit", Map.of());
    String policy = Policies.text("claviger-kv2").replace("\"transit/", "\"" + place + "/");
    AuthMethod login = AuthMethod.Token.of(vault.admin().tokenWith(place, policy, "1h"));
    service = new KmsServiceManager();
    service.configure(
        Steps.config(
            kv2(vault.address(), login)
                .withPlaces(place, "secret", VaultConfig.DEFAULT_KEY_PATH_PREFIX),
            c -> c));
    assertThat(refused(ErrorKind.INVALID_CONFIGURATION, service::start))
        .hasMessageContaining("vault write -f " + place + "/keys/claviger-root");
    vault.admin().write(place + "/keys/claviger-root", Map.of("type", "aes256-gcm96"));
    service.start();
    service.manager().createKey(key);
    roundTrip(service.manager(), key);
  }
}
