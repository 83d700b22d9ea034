package io.claviger.e2e.vault;

import static io.claviger.e2e.vault.Steps.refused;
import static io.claviger.e2e.vault.Steps.roundTrip;
import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.config.AuthMethod;
import io.claviger.config.AuthMethod.AppRole;
import io.claviger.e2e.vault.VaultProcess.Role;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsException;
import io.claviger.service.KmsServiceManager;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Secret ids that are wrong, wrapped or not there, against a Vault that locks roles. */
class LoginsIT {
  private static final String POLICY = "claviger-transit";
  private static final Pattern TOKEN = Pattern.compile("\"token\":\"([^\"]+)\"");

  @TempDir static Path folder;
  private static VaultProcess vault;

  @TempDir Path files;

  @BeforeAll
  static void start() {
    vault = VaultProcess.plain(folder).withEngines();
  }

  @AfterAll
  static void stop() {
    vault.close();
  }

  private static void works(AuthMethod login) {
    String key = "k-" + UUID.randomUUID();
    KmsServiceManager service = Steps.running(Steps.transit(vault.address(), login), c -> c);
    service.manager().createKey(key);
    roundTrip(service.manager(), key);
    service.stop();
  }

  private static KmsException startRefused(AuthMethod login) {
    return refused(
        ErrorKind.ACCESS_DENIED,
        () -> Steps.running(Steps.transit(vault.address(), login), c -> c));
  }

  /** Vault locks a role after five refusals, and would then refuse the right secret id too. */
  @Test
  void aWrongSecretIdDoesNotLockTheRole() {
    Role role = vault.appRole(POLICY, Map.of("token_ttl", "1h"));
    Path file = files.resolve("secret-id");
    VaultProcess.write(file, UUID.randomUUID().toString());
    AppRole login = AppRole.ofFile(role.roleId(), file);
    for (int i = 0; i < 100; i++) {
      startRefused(login);
    }
    VaultProcess.write(file, role.newSecretId());
    works(login);
  }

  @Test
  void aWrappedSecretIdIsOpenedOnce() throws Exception {
    Role role = vault.appRole(POLICY, Map.of("token_ttl", "1h"));
    String path = role.path() + "/secret-id";
    Path file = files.resolve("wrapped");
    VaultProcess.write(file, wrapped(path));
    AppRole login = AppRole.ofFile(role.roleId(), file).wrappedAt(path);
    works(login);
    assertThat(startRefused(login)).hasMessageContaining("opened before");
    VaultProcess.write(file, wrapped(path));
    assertThat(startRefused(AppRole.ofFile(role.roleId(), file).wrappedAt("auth/other")))
        .hasMessageContaining("expected \"auth/other\"");
    works(login);
  }

  private static String wrapped(String path) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(vault.address() + "/v1/" + path))
            .header("X-Vault-Token", vault.rootToken())
            .header("X-Vault-Wrap-TTL", "5m")
            .POST(BodyPublishers.noBody())
            .build();
    String answer = HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body();
    Matcher token = TOKEN.matcher(answer);
    assertThat(token.find()).as(answer).isTrue();
    return token.group(1);
  }

  @Test
  void aRoleWithoutSecretId() {
    Role role =
        vault.appRole(POLICY, Map.of("bind_secret_id", false, "token_bound_cidrs", "127.0.0.1/32"));
    works(AppRole.withoutSecretId(role.roleId()));
  }
}
