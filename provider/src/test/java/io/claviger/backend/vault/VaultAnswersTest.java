package io.claviger.backend.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.claviger.backend.vault.FakeVault.Answer;
import io.claviger.config.AuthMethod;
import io.claviger.kms.EncryptionContext;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.GenerateDataKeyRequest;
import io.claviger.kms.KmsException;
import io.claviger.kms.ListKeysRequest;
import io.claviger.service.KmsManager;
import io.claviger.service.KmsServiceManager;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is not a whole answer of Vault is an error that says so, never a success or "no keys". */
class VaultAnswersTest {
  private static final String LIST = "GET transit/keys?list=true";
  private static final String KEY = "GET transit/keys/k";
  private static final String METADATA = "GET secret/data/rustfs/kms/transit-metadata/k";
  private static final String LOOKUP = "GET auth/token/lookup-self";

  private final FakeVault vault = new FakeVault();
  private KmsServiceManager service = new KmsServiceManager();

  @BeforeEach
  void start() {
    service = vault.service(AuthMethod.Token.of("hvs.Zz"), c -> c);
    service.start();
  }

  @AfterEach
  void stop() {
    service.stop();
    vault.close();
  }

  private KmsManager kms() {
    return service.manager();
  }

  private static KmsException refused(ErrorKind kind, ThrowingCallable call) {
    KmsException e = catchThrowableOfType(KmsException.class, call);
    assertThat(e).isNotNull();
    assertThat(e.kind()).as(e.getMessage()).isEqualTo(kind);
    assertThat(e.getMessage()).hasLineCount(1);
    return e;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "<html>login</html>",
        "{\"data\":{\"keys\":[\"k\"",
        "{\"data\":{\"keys\":[\"k\"]}} <html>",
        "{}",
        "[]",
        "null",
        "{\"status\":\"ok\"}",
        "{\"data\":{}}",
        "{\"data\":{\"keys\":{}}}",
        "{\"data\":{\"keys\":[7]}}",
        "{\"data\":{\"keys\":[]},\"data\":{}}"
      })
  void noListIsNotAnEmptyList(String body) {
    vault.answer(LIST, body);
    refused(ErrorKind.UNAVAILABLE, () -> kms().listKeys(ListKeysRequest.first()));
    vault.usual();
    assertThat(kms().listKeys(ListKeysRequest.first()).keys()).hasSize(1);
  }

  @Test
  void anEmptyListIsWhatVaultSaysItIs() {
    vault.answer(LIST, Answer.of(404, "{\"errors\":[]}"));
    assertThat(kms().listKeys(ListKeysRequest.first()).keys()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "404, <html>not found</html>",
    "404, '{\"message\":\"no route\"}'",
    "404, ''",
    "403, <html>forbidden</html>",
    "400, The plain HTTP request was sent to HTTPS port",
    "405, <html>"
  })
  void aProxysPageSaysNothingOfAKeyOrARight(int status, String page) {
    vault.answer(KEY, Answer.of(status, page));
    assertThat(refused(ErrorKind.UNAVAILABLE, () -> kms().describeKey("k")))
        .hasMessageContaining("is not Vault")
        .hasMessageContaining("status " + status)
        .hasMessageContaining("proxy");
    vault.answer(KEY, Answer.of(404, "{\"errors\":[]}"));
    refused(ErrorKind.KEY_NOT_FOUND, () -> kms().describeKey("k"));
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 308, 473, 502})
  void theseAreRetryable(int status) {
    vault.answer(KEY, Answer.of(status, "<html>"));
    assertThat(refused(ErrorKind.UNAVAILABLE, () -> kms().describeKey("k")).isRetryable()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"data\":{}}", "{\"data\":{\"ciphertext\":\"AAAA\"}}", "<html>", ""})
  void noCiphertextIsNoDataKey(String body) {
    vault.answer("POST transit/encrypt/k", body);
    refused(
        ErrorKind.UNAVAILABLE,
        () -> kms().generateDataKey(GenerateDataKeyRequest.of("k", EncryptionContext.empty())));
  }

  @Test
  void twoBillionVersionsCostNothing() {
    vault.answer(KEY, FakeVault.key("2000000000", "\"2000000000\":1700000001,\"7\":1700000000"));
    assertThat(kms().describeKey("k").currentVersion()).isEqualTo(2_000_000_000);
    assertThat(kms().describeKey("k").createdAt().getEpochSecond()).isEqualTo(1_700_000_000);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "2147483648", "1e400", "\"1\"", "1.5", "99999999999999999999"})
  void absurdVersionsOfAKeyAreRefused(String latest) {
    vault.answer(KEY, FakeVault.key(latest, "\"1\":1700000000"));
    refused(ErrorKind.UNAVAILABLE, () -> kms().describeKey("k"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "1e400", "1.5", "99999999999999999999"})
  void absurdVersionsOfARecordAreRefused(String version) {
    vault.answer(
        METADATA, "{\"data\":{\"data\":{},\"metadata\":{\"version\":%s}}}".formatted(version));
    refused(ErrorKind.UNAVAILABLE, () -> kms().describeKey("k"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "99999999999999", "1e400", "\"x\""})
  void anAbsurdLeaseIsNoLogin(String ttl) {
    vault.answer(LOOKUP, FakeVault.token(ttl));
    KmsServiceManager other =
        vault.service(AuthMethod.Token.of("hvs.lease" + ttl.length()), c -> c);
    refused(ErrorKind.UNAVAILABLE, other::start);
  }

  @Test
  void anAnswerMayHaveSixteenMebibytesAndNoByteMore() {
    String list = "{\"data\":{\"keys\":[\"k\"]}}";
    String largest = list + " ".repeat(StrictHttpClient.MAX_ANSWER_BYTES - list.length());
    vault.answer(LIST, largest);
    assertThat(kms().listKeys(ListKeysRequest.first()).keys()).hasSize(1);
    vault.answer(LIST, largest + " ");
    assertThat(refused(ErrorKind.UNAVAILABLE, () -> kms().listKeys(ListKeysRequest.first())))
        .hasMessageContaining("more than 16 MiB");
  }

  private static Answer endless() {
    byte[] blanks = " ".repeat(1 << 16).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    return new Answer(
        200,
        "{",
        out -> {
          while (true) {
            out.write(blanks);
          }
        });
  }

  @Test
  void anEndlessAnswerEndsTheCallAlsoThatOfALogin() {
    vault.answer(LIST, endless());
    refused(ErrorKind.UNAVAILABLE, () -> kms().listKeys(ListKeysRequest.first()));
    vault.answer(LOOKUP, endless());
    refused(
        ErrorKind.UNAVAILABLE, vault.service(AuthMethod.Token.of("hvs.endless"), c -> c)::start);
  }

  @Test
  void anAnswerThatNeverEndsTimesOutAlsoThatOfALogin() throws Exception {
    CountDownLatch over = new CountDownLatch(1);
    Answer silent =
        new Answer(
            200,
            "{\"data\":",
            out -> {
              try {
                over.await(5, TimeUnit.MINUTES);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    vault.answer(LOOKUP, silent);
    KmsServiceManager other =
        vault.service(AuthMethod.Token.of("hvs.silent"), c -> c.timeout(Duration.ofSeconds(1)));
    refused(ErrorKind.TIMED_OUT, other::start);
    vault.usual();
    other.start();
    vault.answer(LIST, silent);
    refused(ErrorKind.TIMED_OUT, () -> other.manager().listKeys(ListKeysRequest.first()));
    over.countDown();
    other.stop();
  }
}
