package io.claviger.backend.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.claviger.backend.vault.FakeVault.Answer;
import io.claviger.backend.vault.FakeVault.Request;
import io.claviger.config.AuthMethod;
import io.claviger.config.AuthMethod.AppRole;
import io.claviger.config.AuthMethod.Kubernetes;
import io.claviger.config.AuthMethod.TokenFile;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsException;
import io.claviger.service.KmsServiceManager;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Wrong secrets: few logins, one sentence, and no secret in it. */
class RefusedLoginsTest {
  private static final String LOGIN = "POST auth/approle/login";
  private static final String DENIED = "{\"errors\":[\"invalid role or secret ID\"]}";
  private static final String WRAPPED_AT = "auth/approle/role/r/secret-id";

  @TempDir Path folder;

  private final FakeVault vault = new FakeVault();
  private final String right = UUID.randomUUID().toString();
  private Path file = Path.of("");

  @BeforeEach
  void files() {
    file = folder.resolve("secret");
    vault.answer(LOGIN, this::login);
  }

  @AfterEach
  void close() {
    vault.close();
  }

  private Answer login(Request request) {
    return request.body().contains(right)
        ? Answer.ok(FakeVault.login("hvs." + right))
        : Answer.of(400, DENIED);
  }

  private void write(String content) {
    try {
      Files.writeString(file, content);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static KmsException refused(ThrowingCallable call) {
    KmsException e = catchThrowableOfType(KmsException.class, call);
    assertThat(e).isNotNull();
    assertThat(e.kind()).as(e.getMessage()).isEqualTo(ErrorKind.ACCESS_DENIED);
    assertThat(e.getMessage()).hasLineCount(1);
    return e;
  }

  private static String chain(Throwable e) {
    StringWriter text = new StringWriter();
    e.printStackTrace(new PrintWriter(text));
    return text.toString();
  }

  @Test
  void hundredsOfCallsWithAWrongSecretIdAreFewLoginsUntilTheFileChanges() {
    write(right);
    KmsServiceManager service = vault.service(AppRole.ofFile("r", file), c -> c);
    service.start();
    vault.answer("GET transit/keys/k", RefusedLoginsTest::revoked);
    String wrong = UUID.randomUUID().toString();
    write(wrong);
    KmsException last = refused(() -> service.manager().describeKey("k"));
    for (int i = 0; i < 300; i++) {
      last = refused(() -> service.manager().describeKey("k"));
    }
    assertThat(vault.count(LOGIN)).isBetween(2L, 1L + RefusedLogins.MOST);
    assertThat(last)
        .hasMessageContaining("refused this process's login by AppRole")
        .hasMessageContaining("approle_secret_id_file \"%s\" changes".formatted(file));
    assertThat(chain(last)).doesNotContain(wrong);
    long before = vault.count(LOGIN);
    vault.answer("GET transit/keys/k", FakeVault.key("1", "\"1\":1700000000"));
    write(right + "\n");
    assertThat(service.manager().describeKey("k").keyId()).isEqualTo("k");
    assertThat(vault.count(LOGIN)).isEqualTo(before + 1);
    service.stop();
  }

  private static Answer revoked(Request request) {
    return Answer.of(403, "{\"errors\":[\"permission denied\",\"invalid token\"]}");
  }

  @Test
  void aServiceThatIsStartedAgainAndAgainIsTheSameCaller() {
    write(UUID.randomUUID().toString());
    for (int i = 0; i < 50; i++) {
      KmsServiceManager service = vault.service(AppRole.ofFile("r", file), c -> c);
      refused(service::start);
    }
    assertThat(vault.count(LOGIN)).isBetween(1L, (long) RefusedLogins.MOST);
  }

  @Test
  void atMostFourInAQuarterOfAnHourAndEachCredentialForItself() {
    AtomicLong nanos = new AtomicLong(-7);
    RefusedLogins logins = new RefusedLogins(nanos::get);
    String row = RefusedLogins.row("a", "b");
    int sent = 0;
    for (int second = 0; second < 15 * 60; second++) {
      if (logins.pauseOf(row) == null) {
        sent++;
        logins.refused(row);
      }
      nanos.addAndGet(Duration.ofSeconds(1).toNanos());
    }
    assertThat(sent).isEqualTo(RefusedLogins.MOST);
    assertThat(logins.pauseOf(row)).as("the first is old").isNull();
    logins.refused(row);
    assertThat(logins.pauseOf(row)).as("until the second is").isEqualTo(Duration.ofSeconds(1));
    assertThat(logins.pauseOf(RefusedLogins.row("ab", ""))).isNull();
    logins.accepted(row);
    assertThat(logins.pauseOf(row)).isNull();
  }

  @Test
  void aByteOrderMarkAndLineEndsAreNoPartOfASecret() {
    write("\uFEFF" + right + "\r\n");
    KmsServiceManager service = vault.service(AppRole.ofFile("r", file), c -> c);
    service.start();
    assertThat(vault.seen.stream().filter(r -> r.line().equals(LOGIN)).findFirst())
        .get()
        .satisfies(r -> assertThat(r.body()).contains("\"" + right + "\""));
    service.stop();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"hvs.Zz9q1\nhvs.Zz9q2", "hvs.Zz9q\u0001", "hvs.Zz9q zz9q", "hvs.Zz9q\u00fc"})
  void aSecretThatIsNotOneLineIsInNoMessage(String content) {
    write(content);
    for (AuthMethod login :
        new AuthMethod[] {
          TokenFile.of(file),
          AppRole.ofFile("r", file),
          new Kubernetes("r", "kubernetes", file, AuthMethod.DEFAULT_SAFETY_WINDOW)
        }) {
      KmsException e = refused(vault.service(login, c -> c)::start);
      assertThat(e).hasMessageContaining(file.toString());
      assertThat(chain(e)).doesNotContainIgnoringCase("Zz9q");
    }
    KmsException e =
        catchThrowableOfType(
            KmsException.class, () -> vault.service(AuthMethod.Token.of(content), c -> c));
    assertThat(e.kind()).isEqualTo(ErrorKind.INVALID_CONFIGURATION);
    assertThat(e).hasMessageContaining("vault_token");
    assertThat(chain(e)).doesNotContainIgnoringCase("Zz9q");
  }

  @Test
  void bytesThatAreNoTextAreInNoMessage() throws IOException {
    Files.write(file, "hvs.Zz9q\u00fc".getBytes(StandardCharsets.ISO_8859_1));
    KmsException e = refused(vault.service(TokenFile.of(file), c -> c)::start);
    assertThat(chain(e)).doesNotContain("Zz9q");
  }

  @Test
  void aRoleWithoutSecretId() {
    vault.answer(LOGIN, FakeVault.login("hvs.t"));
    KmsServiceManager service = vault.service(AppRole.withoutSecretId("role-" + right), c -> c);
    service.start();
    service.stop();
    vault.answer(LOGIN, Answer.of(400, DENIED));
    KmsException e =
        refused(vault.service(AppRole.withoutSecretId("other-" + right), c -> c)::start);
    assertThat(e).hasMessageContaining("bind_secret_id=false");
  }

  private AppRole wrapped(String token) {
    write(token);
    vault.answer(
        "POST sys/wrapping/lookup", "{\"data\":{\"creation_path\":\"%s\"}}".formatted(WRAPPED_AT));
    vault.answer(
        "POST sys/wrapping/unwrap",
        request ->
            request.token().equals(token) && vault.count("POST sys/wrapping/unwrap") == 1
                ? Answer.ok("{\"data\":{\"secret_id\":\"%s\"}}".formatted(right))
                : Answer.of(
                    400, "{\"errors\":[\"wrapping token is not valid or does not exist\"]}"));
    return AppRole.ofFile("r", file).wrappedAt(WRAPPED_AT);
  }

  @Test
  void aWrappedSecretIdIsOpenedOnceAndKeptForLaterLogins() {
    AppRole role = wrapped("hvs.wrap" + right);
    KmsServiceManager service = vault.service(role, c -> c);
    service.start();
    boolean[] revoked = {true};
    vault.answer(
        "GET transit/keys/k",
        request -> {
          boolean dead = revoked[0];
          revoked[0] = false;
          return dead ? revoked(request) : Answer.ok(FakeVault.key("1", "\"1\":1700000000"));
        });
    vault.answer(
        LOGIN,
        request ->
            request.body().contains(right)
                ? Answer.ok(FakeVault.login("hvs.second"))
                : Answer.of(400, DENIED));
    assertThat(service.manager().describeKey("k").keyId()).isEqualTo("k");
    assertThat(vault.count(LOGIN)).isEqualTo(2);
    assertThat(vault.count("POST sys/wrapping/unwrap")).isEqualTo(1);
    service.stop();
    KmsException e = refused(vault.service(role, c -> c)::start);
    assertThat(e).hasMessageContaining("opened before").hasMessageContaining("revoke it");
    assertThat(chain(e)).doesNotContain("hvs.wrap");
  }

  @Test
  void aWrappingTokenThatWasMadeElsewhereIsNotOpened() {
    AppRole role = wrapped("hvs.wrap2" + right);
    vault.answer(
        "POST sys/wrapping/lookup", "{\"data\":{\"creation_path\":\"sys/wrapping/wrap\"}}");
    KmsException e = refused(vault.service(role, c -> c)::start);
    assertThat(e).hasMessageContaining("expected \"%s\"".formatted(WRAPPED_AT));
    assertThat(vault.count("POST sys/wrapping/unwrap")).isZero();
  }
}
