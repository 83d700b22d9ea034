package io.claviger.backend.awskms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.claviger.backend.awskms.FakeKms.Answer;
import io.claviger.config.AwsKmsConfig;
import io.claviger.kms.DecryptRequest;
import io.claviger.kms.DescribeKeyRequest;
import io.claviger.kms.EncryptionContext;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.GenerateDataKeyRequest;
import io.claviger.kms.KmsBackend;
import io.claviger.kms.KmsException;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What AWS refuses and how it fails, as our kinds, over a server that answers as it is set to. */
class AwsErrorsTest {
  private static final EncryptionContext NONE = EncryptionContext.empty();

  private final FakeKms server;

  AwsErrorsTest() throws Exception {
    server = new FakeKms();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static KmsException decrypting(KmsBackend backend) {
    return catchThrowableOfType(
        KmsException.class,
        () -> backend.decrypt(new DecryptRequest("orders", new byte[] {1, 2}, NONE)).close());
  }

  @ParameterizedTest
  @CsvSource({
    "400, NotFoundException, KEY_NOT_FOUND, region",
    "400, DisabledException, INVALID_KEY_STATE, Enable it",
    "400, KMSInvalidStateException, INVALID_KEY_STATE, Cancel the deletion",
    "400, InvalidKeyUsageException, INVALID_KEY_STATE, usage",
    "400, InvalidCiphertextException, NOT_AUTHENTIC, encryption context",
    "400, IncorrectKeyException, NOT_AUTHENTIC, an alias that was pointed at another key",
    "400, AccessDeniedException, ACCESS_DENIED, kms:Decrypt",
    "400, UnrecognizedClientException, ACCESS_DENIED, credentials",
    "400, ExpiredTokenException, ACCESS_DENIED, credentials",
    "400, InvalidSignatureException, ACCESS_DENIED, credentials",
    "400, LimitExceededException, INVALID_REQUEST, quota",
    "400, UnsupportedOperationException, UNSUPPORTED_CAPABILITY, kind",
    "400, ConflictException, INVALID_KEY_STATE, under way",
    "400, ValidationException, INVALID_REQUEST, Correct it",
    "500, KMSInternalException, UNAVAILABLE, by themselves",
    "503, KeyUnavailableException, UNAVAILABLE, by themselves",
    "500, CloudHsmClusterInvalidConfigurationException, UNAVAILABLE, key store",
    "502, , UNAVAILABLE, by themselves",
    "403, , ACCESS_DENIED, kms:Decrypt",
  })
  void everyRefusalHasItsKindAndAdvice(int status, String code, ErrorKind kind, String advice) {
    server.answers(code == null ? new Answer(status, "<html>") : Answer.error(status, code));
    try (KmsBackend backend = server.open()) {
      KmsException e = decrypting(backend);
      assertThat(e.kind()).isEqualTo(kind);
      assertThat(e)
          .hasMessageStartingWith("key \"orders\": ")
          .hasMessageContaining(advice)
          .hasMessageContaining("req-1")
          .hasMessageNotContaining("own words")
          .hasMessageNotContaining("html")
          .hasNoCause();
      assertThat(server.seen).extracting(FakeKms.Seen::operation).containsOnlyOnce("Decrypt");
    }
  }

  /** What a proxy or a stub may answer with status 200. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}|without Plaintext",
        "{\"Plaintext\":\"\",\"CiphertextBlob\":\"AQ==\",\"KeyId\":\"ARN\"}|without Plaintext",
        "{\"Plaintext\":\"KEY\",\"KeyId\":\"ARN\"}|without CiphertextBlob",
        "{\"Plaintext\":\"KEY\",\"CiphertextBlob\":\"\",\"KeyId\":\"ARN\"}|without CiphertextBlob",
        "{\"Plaintext\":\"KEY\",\"CiphertextBlob\":\"AQ==\"}|without KeyId",
        "{\"Plaintext\":\"KEY\",\"CiphertextBlob\":\"AQ==\",\"KeyId\":\"ARN0\"}|for another key",
        "{\"Plaintext\":\"AAAA\",\"CiphertextBlob\":\"AQ==\",\"KeyId\":\"ARN\"}|of 3 bytes",
      })
  void anAnswerThatLacksSomethingIsNoDataKey(String answer, String said) {
    server.answers(
        Answer.ok(answer.replace("ARN", FakeKms.ARN).replace("KEY", "A".repeat(43) + "=")));
    try (KmsBackend backend = server.open()) {
      KmsException e =
          catchThrowableOfType(
              KmsException.class,
              () -> backend.generateDataKey(GenerateDataKeyRequest.of(FakeKms.ARN, NONE)));
      assertThat(e.kind()).isEqualTo(ErrorKind.UNAVAILABLE);
      assertThat(e).hasMessageContaining(said).hasMessageContaining("check endpoint_url");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{}", "{\"KeyMetadata\":{}}", "{\"KeyMetadata\":{\"KeyState\":\"Enabled\"}}"})
  void anAnswerThatLacksSomethingIsNoKey(String answer) {
    server.answers(Answer.ok(answer));
    try (KmsBackend backend = server.open()) {
      KmsException e =
          catchThrowableOfType(
              KmsException.class, () -> backend.describeKey(new DescribeKeyRequest("orders")));
      assertThat(e.kind()).isEqualTo(ErrorKind.UNAVAILABLE);
      assertThat(e).hasMessageContaining("without KeyMetadata");
      KmsException opening = decrypting(backend);
      assertThat(opening.kind()).isEqualTo(ErrorKind.UNAVAILABLE);
      assertThat(opening).hasMessageContaining("without Plaintext");
    }
  }

  @Test
  void throttlingIsRepeatedAndCountedAndThenReported() {
    Answer throttled = Answer.error(400, "ThrottlingException");
    server.answers(throttled, throttled, Answer.ok(FakeKms.KEY), Answer.ok("{\"Tags\":[]}"));
    AwsCalls calls = AwsClients.open(server.config(), FakeKms.SETTINGS);
    try (KmsBackend backend = new AwsKmsBackend(calls)) {
      assertThat(backend.describeKey(new DescribeKeyRequest("orders")).keyId())
          .isEqualTo(FakeKms.ARN);
      assertThat(calls.throttled()).isEqualTo(2);
      server.answers(throttled);
      KmsException e = decrypting(backend);
      assertThat(e.kind()).isEqualTo(ErrorKind.RATE_LIMITED);
      assertThat(e.isRetryable()).isTrue();
      assertThat(e).hasMessageContaining("quota");
      assertThat(calls.throttled()).isGreaterThan(4);
    }
  }

  @Test
  void nobodyAnsweringIsUnavailableAndNoAnswerInTimeIsTimedOut() throws Exception {
    URI url = server.url();
    try (KmsBackend backend = server.open()) {
      server.close();
      KmsException e = decrypting(backend);
      assertThat(e.kind()).isEqualTo(ErrorKind.UNAVAILABLE);
      assertThat(e).hasMessageContaining("region and endpoint_url");
    }
    try (ServerSocket silent = new ServerSocket(0)) {
      AwsKmsConfig config =
          server.config().withEndpointUrl(URI.create("http://127.0.0.1:" + silent.getLocalPort()));
      KmsException e =
          catchThrowableOfType(
              KmsException.class, () -> FakeKms.open(config, Duration.ofMillis(300)));
      assertThat(e.kind()).isEqualTo(ErrorKind.TIMED_OUT);
    }
    KmsException refused =
        catchThrowableOfType(
            KmsException.class,
            () -> FakeKms.open(server.config().withEndpointUrl(url), Duration.ofSeconds(30)));
    assertThat(refused.kind()).isEqualTo(ErrorKind.UNAVAILABLE);
  }

  @Test
  void anInterruptEndsACallAndStaysSet() {
    server.answers(Answer.ok("{}"));
    try (KmsBackend backend = server.open()) {
      Thread.currentThread().interrupt();
      KmsException e = decrypting(backend);
      assertThat(Thread.interrupted()).isTrue();
      assertThat(e.kind()).isEqualTo(ErrorKind.TIMED_OUT);
      assertThat(e).hasMessageContaining("interrupted");
    }
  }

  @Test
  void aDataKeyOfAnotherLengthIsRefused() {
    server.answers(
        Answer.ok(
            "{\"KeyId\":\"%s\",\"Plaintext\":\"AAAA\",\"CiphertextBlob\":\"AAAA\"}"
                .formatted(FakeKms.ARN)));
    try (KmsBackend backend = server.open()) {
      KmsException e =
          catchThrowableOfType(
              KmsException.class,
              () -> backend.generateDataKey(GenerateDataKeyRequest.of("orders", NONE)));
      assertThat(e.kind()).isEqualTo(ErrorKind.UNAVAILABLE);
      assertThat(e).hasMessageContaining("3 bytes");
    }
  }

  @Test
  void aBlobThatAnotherKeyOpenedIsRefused() {
    server.answers(Answer.ok("{\"KeyId\":\"%s\",\"Plaintext\":\"AAAA\"}".formatted(FakeKms.ARN)));
    String other = FakeKms.ARN.replace("key/1", "key/2");
    try (KmsBackend backend = server.open()) {
      KmsException e =
          catchThrowableOfType(
              KmsException.class,
              () -> backend.decrypt(new DecryptRequest(other, new byte[] {1}, NONE)));
      assertThat(e.kind()).isEqualTo(ErrorKind.NOT_AUTHENTIC);
    }
  }
}
