package io.claviger.e2e.vault;

import static io.claviger.e2e.vault.Steps.refused;
import static io.claviger.e2e.vault.Steps.roundTrip;
import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.config.AuthMethod;
import io.claviger.config.AuthMethod.AppRole;
import io.claviger.config.AuthMethod.Kubernetes;
import io.claviger.config.AuthMethod.TokenFile;
import io.claviger.e2e.vault.VaultProcess.Role;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsException;
import io.claviger.service.KmsManager;
import io.claviger.service.KmsServiceManager;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every way to log in, how long a login lasts, and what happens when it does not. */
class AuthenticationIT {
  private static final Duration WINDOW = Duration.ofSeconds(1);
  private static final String POLICY = "claviger-transit";
  private static final String LOGIN = "auth/approle/login";

  @TempDir static Path folder;
  private static VaultProcess vault;

  @TempDir Path files;
  private final String key = "k-" + UUID.randomUUID();
  private Recorder recorder;
  private KmsServiceManager service;

  @BeforeAll
  static void start() {
    vault = VaultProcess.plain(folder).withEngines();
  }

  @AfterAll
  static void stop() {
    vault.close();
  }

  @BeforeEach
  void record() {
    recorder = new Recorder(vault.address());
  }

  @AfterEach
  void close() {
    if (service != null) {
      service.stop();
    }
    recorder.close();
  }

  private KmsManager loggedIn(AuthMethod login) {
    service = Steps.running(Steps.transit(recorder.address(), login), c -> c.retryAttempts(1));
    service.manager().createKey(key);
    roundTrip(service.manager(), key);
    return service.manager();
  }

  private static AppRole appRole(Role role, Duration window) {
    return new AppRole(
        role.roleId(),
        AppRole.of("", role.newSecretId()).secretId(),
        null,
        AppRole.DEFAULT_MOUNT,
        window);
  }

  private static void revokeLogins() {
    vault.admin().write("sys/leases/revoke-prefix/" + LOGIN, Map.of());
  }

  @Test
  void appRoleIsRenewedAtHalfOfItsLease() {
    KmsManager kms = loggedIn(appRole(vault.appRole(POLICY, Map.of("token_ttl", "4s")), WINDOW));
    String first = token(recorder.await("transit/encrypt/" + key));
    for (int i = 0; i < 3; i++) {
      assertThat(token(recorder.await("auth/token/renew-self"))).isEqualTo(first);
    }
    roundTrip(kms, key);
    recorder.forget();
    roundTrip(kms, key);
    assertThat(token(recorder.await("transit/encrypt/" + key)))
        .as("after 6 s of a lease of 4 s")
        .isEqualTo(first);
  }

  private static String token(Recorder.Exchange seen) {
    return seen.headers().getFirst("X-Vault-Token");
  }

  @Test
  void atTheEndOfItsLongestLifeATokenIsFollowedByAFreshLogin() {
    KmsManager kms =
        loggedIn(
            appRole(
                vault.appRole(POLICY, Map.of("token_ttl", "4s", "token_max_ttl", "6s")), WINDOW));
    recorder.await(LOGIN);
    recorder.await(LOGIN);
    roundTrip(kms, key);
  }

  @Test
  void aRevokedLoginIsFollowedByAFreshOneAndNoCallFails() {
    KmsManager kms = loggedIn(appRole(vault.appRole(POLICY, Map.of("token_ttl", "1h")), WINDOW));
    for (int i = 0; i < 3; i++) {
      revokeLogins();
      roundTrip(kms, key);
    }
    revokeLogins();
    kms.rotateKey(key);
    assertThat(kms.describeKey(key).currentVersion()).as("rotated once").isEqualTo(2);
  }

  @Test
  void theSecretIdIsReadAnewAtEveryLogin() {
    Role role = vault.appRole(POLICY, Map.of("token_ttl", "1h", "secret_id_num_uses", 1));
    Path file = files.resolve("secret-id");
    VaultProcess.write(file, role.newSecretId() + "\n");
    KmsManager kms =
        loggedIn(new AppRole(role.roleId(), null, file, AppRole.DEFAULT_MOUNT, WINDOW));
    revokeLogins();
    assertThat(refused(ErrorKind.ACCESS_DENIED, () -> roundTrip(kms, key)))
        .hasMessageContaining("does not let this process log in by AppRole (400)")
        .hasMessageContaining("taken without a restart");
    VaultProcess.write(file, "");
    assertThat(refused(ErrorKind.ACCESS_DENIED, () -> roundTrip(kms, key)))
        .hasMessageContaining("approle_secret_id_file: the file \"" + file + "\" is empty");
    VaultProcess.write(file, role.newSecretId());
    roundTrip(kms, key);
  }

  @Test
  void insideTheSafetyWindowATokenIsNotUsedAnyMore() {
    Role role = vault.appRole(POLICY, Map.of("token_ttl", "12s"));
    KmsManager kms = loggedIn(appRole(role, Duration.ofSeconds(8)));
    recorder.refuse(path -> path.startsWith("/v1/auth/"));
    KmsException refusal = null;
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (refusal == null && System.nanoTime() - deadline < 0) {
      try {
        roundTrip(kms, key);
      } catch (KmsException e) {
        refusal = e;
      }
    }
    assertThat(refusal).isNotNull();
    assertThat(refusal.kind()).isEqualTo(ErrorKind.UNAVAILABLE);
    String token = token(recorder.all().get(recorder.all().size() - 1));
    long left =
        vault
            .admin()
            .write("auth/token/lookup", Map.of("token", token))
            .path("data")
            .path("ttl")
            .asLong();
    assertThat(left).as("Vault would still take it").isBetween(1L, 8L);
    recorder.passAll();
    roundTrip(kms, key);
  }

  @Test
  void aTokenThatLivesShorterThanTheSafetyWindowIsRefused() {
    AuthMethod login =
        AuthMethod.Token.of(vault.admin().tokenWith(POLICY, Policies.text(POLICY), "5s"));
    service = new KmsServiceManager();
    service.configure(Steps.config(Steps.transit(vault.address(), login), c -> c));
    assertThat(refused(ErrorKind.ACCESS_DENIED, service::start))
        .hasMessageContaining("is within the safety window of 10 s");
  }

  @Test
  void aTokenOfTheUsersIsRenewedToo() {
    String token = vault.admin().tokenWith(POLICY, Policies.text(POLICY), "4s");
    KmsManager kms = loggedIn(new AuthMethod.Token(AuthMethod.Token.of(token).token(), WINDOW));
    recorder.await("auth/token/renew-self");
    recorder.await("auth/token/renew-self");
    recorder.await("auth/token/renew-self");
    roundTrip(kms, key);
  }

  @Test
  void aTokenFileIsPolledAndReadAtOnceWhenItsTokenIsRefused() {
    Path file = files.resolve("token");
    String first = vault.token(POLICY);
    VaultProcess.write(file, first + "\n");
    KmsManager kms = loggedIn(new TokenFile(file, Duration.ofHours(1), WINDOW));
    String second = vault.token(POLICY);
    VaultProcess.write(file, second);
    vault.admin().write("auth/token/revoke", Map.of("token", first));
    roundTrip(kms, key);
    vault.admin().write("auth/token/revoke", Map.of("token", second));
    assertThat(refused(ErrorKind.ACCESS_DENIED, () -> roundTrip(kms, key)))
        .hasMessageContaining("(403)");
    service.stop();
    VaultProcess.write(file, vault.token(POLICY));
    service =
        Steps.running(
            Steps.transit(recorder.address(), new TokenFile(file, Duration.ZERO, WINDOW)));
    String third = vault.token(POLICY);
    VaultProcess.write(file, third);
    recorder.forget();
    roundTrip(service.manager(), key);
    assertThat(token(recorder.await("transit/encrypt/" + key))).isEqualTo(third);
  }

  @Test
  void aPodLogsInByItsServiceAccount() {
    try (TokenReviewStub kubernetes = new TokenReviewStub()) {
      vault.admin().write("sys/auth/kubernetes", Map.of("type", "kubernetes"));
      vault
          .admin()
          .write(
              "auth/kubernetes/config",
              Map.of(
                  "kubernetes_host", kubernetes.host(),
                  "token_reviewer_jwt", TokenReviewStub.jwt(true),
                  "disable_local_ca_jwt", true));
      vault.token(POLICY);
      vault
          .admin()
          .write(
              "auth/kubernetes/role/app",
              Map.of(
                  "bound_service_account_names", List.of("app"),
                  "bound_service_account_namespaces", List.of("default"),
                  "audience", "",
                  "token_policies", List.of(POLICY),
                  "token_ttl", "1h"));
      Path jwt = files.resolve("token");
      VaultProcess.write(jwt, TokenReviewStub.jwt(true));
      KmsManager kms = loggedIn(new Kubernetes("app", Kubernetes.DEFAULT_MOUNT, jwt, WINDOW));
      VaultProcess.write(jwt, TokenReviewStub.jwt(false));
      vault.admin().write("sys/leases/revoke-prefix/auth/kubernetes/login", Map.of());
      assertThat(refused(ErrorKind.ACCESS_DENIED, () -> roundTrip(kms, key)))
          .hasMessageContaining("log in by Kubernetes (403)");
      VaultProcess.write(jwt, TokenReviewStub.jwt(true));
      roundTrip(kms, key);
    }
  }

  @Test
  void anUnknownRoleIsSaidWithoutItsSecret() {
    String secret = "Zz-secret-id-zZ";
    service = new KmsServiceManager();
    service.configure(
        Steps.config(Steps.transit(vault.address(), AppRole.of("nobody", secret)), c -> c));
    vault.appRole(POLICY, Map.of());
    KmsException e = refused(ErrorKind.ACCESS_DENIED, service::start);
    java.io.StringWriter chain = new java.io.StringWriter();
    e.printStackTrace(new java.io.PrintWriter(chain));
    assertThat(chain.toString())
        .contains("log in by AppRole (400)")
        .doesNotContain(secret)
        .doesNotContain("invalid role");
  }
}
