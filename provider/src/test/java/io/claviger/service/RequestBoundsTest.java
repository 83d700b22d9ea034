package io.claviger.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.claviger.config.CustomConfig;
import io.claviger.config.KmsConfig;
import io.claviger.kms.BackendSettings;
import io.claviger.kms.CreateKeyRequest;
import io.claviger.kms.DeleteKeyRequest;
import io.claviger.kms.EncryptRequest;
import io.claviger.kms.EncryptionContext;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.GenerateDataKeyRequest;
import io.claviger.kms.KmsException;
import io.claviger.kms.ListKeysRequest;
import io.claviger.kms.SecretBytes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The last request that is sent, and the first one that no backend sees. */
class RequestBoundsTest {
  private final TroubledFactory factory = new TroubledFactory(BackendSettings.DEFAULT);
  private final List<String> sent = new ArrayList<>();
  private KmsServiceManager service;
  private KmsManager kms;

  @BeforeEach
  void start() {
    service =
        new KmsServiceManager(
            ServiceSettings.builder().backendFactory(factory).sweepInterval(Duration.ZERO).build());
    service.configure(KmsConfig.of(CustomConfig.of(TroubledFactory.TYPE)));
    service.start();
    kms = service.manager();
    kms.createKey("k");
    factory.before =
        operation -> {
          sent.add(operation);
          return operation;
        };
  }

  @AfterEach
  void stop() {
    service.stop();
  }

  private void assertSent(Runnable call) {
    call.run();
    assertThat(sent).isNotEmpty();
  }

  private void assertRefused(Runnable call, String message) {
    KmsException e = catchThrowableOfType(KmsException.class, call::run);
    assertThat(e).hasMessageContaining(message);
    assertThat(e.kind()).isEqualTo(ErrorKind.INVALID_REQUEST);
    assertThat(sent).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a b", "a~b", "...", "..a", "ä", "a\u0080b"})
  void idsOfAnyOtherCharactersAreSent(String keyId) {
    assertSent(() -> kms.createKey(keyId));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\u001fb", "a\u007fb", "/", "\\", ".", "..", "\t"})
  void idsThatNoStoreCanHoldAreRefused(String keyId) {
    assertRefused(() -> kms.createKey(keyId), "expected 1 to 255 characters");
  }

  @Test
  void theLongestIdIsSent() {
    assertRefused(() -> kms.createKey("x".repeat(256)), "expected 1 to 255 characters");
    assertSent(() -> kms.createKey("x".repeat(255)));
  }

  @Test
  void theLongestPolicyIsSent() {
    CreateKeyRequest request = CreateKeyRequest.named("p");
    assertRefused(
        () -> kms.createKey(request.withPolicy("x".repeat(32_769))), "32769 characters, at most");
    assertSent(() -> kms.createKey(request.withPolicy("x".repeat(32_768))));
  }

  private static final String HALF = "\ud83d";

  /** Their bytes would be those of another text: of another key, or of nothing that is read. */
  @Test
  void textsThatWereCutWithinACharacterAreRefused() {
    String half = "half of a surrogate pair";
    CreateKeyRequest request = CreateKeyRequest.named("h");
    assertRefused(() -> kms.createKey("h" + HALF), half);
    assertRefused(() -> kms.ensureKey("h" + HALF), half);
    assertRefused(() -> kms.describeKey("k" + HALF), half);
    assertRefused(() -> kms.rotateKey("k" + HALF), half);
    assertRefused(
        () -> kms.generateDataKey(GenerateDataKeyRequest.of("k" + HALF, EncryptionContext.empty())),
        half);
    assertRefused(() -> kms.createKey(request.withDescription(HALF)), half);
    assertRefused(() -> kms.createKey(request.withPolicy(HALF)), half);
    assertRefused(() -> kms.createKey(request.withOrigin(HALF)), half);
    assertRefused(() -> kms.createKey(request.withCreatedBy(HALF)), half);
    assertRefused(() -> kms.createKey(request.withTags(Map.of(HALF, ""))), half);
    assertRefused(() -> kms.tagKey("k", Map.of("name", HALF)), half);
    assertRefused(() -> kms.untagKey("k", Set.of(HALF)), half);
    assertRefused(() -> kms.updateDescription("k", HALF), half);
    assertSent(() -> kms.createKey("h\ud83d\ude00"));
  }

  @ParameterizedTest
  @CsvSource({
    "1, 256, true",
    "128, 256, true",
    "128, 0, true",
    "129, 1, false",
    "1, 257, false",
    "0, 1, false"
  })
  void tagsHaveShortNamesAndValues(int name, int value, boolean good) {
    Runnable tag = () -> kms.tagKey("k", Map.of("n".repeat(name), "v".repeat(value)));
    if (good) {
      assertSent(tag);
    } else {
      assertRefused(tag, "a tag");
    }
  }

  @ParameterizedTest
  @CsvSource({"50, true", "51, false"})
  void aRequestHasAtMostFiftyTags(int count, boolean good) {
    Map<String, String> tags =
        IntStream.range(0, count).boxed().collect(Collectors.toMap(i -> "t" + i, i -> ""));
    if (good) {
      assertSent(() -> kms.tagKey("k", tags));
    } else {
      assertRefused(() -> kms.tagKey("k", tags), "51 tags, at most 50");
    }
  }

  @Test
  void theLongestDescriptionIsSent() {
    assertRefused(() -> kms.updateDescription("k", "x".repeat(8_193)), "8193 characters, at most");
    assertSent(() -> kms.updateDescription("k", "x".repeat(8_192)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "EXTERNAL", "IMPORTED", "VAULT"})
  void originsThatBackendsGiveAreRefused(String origin) {
    CreateKeyRequest request = CreateKeyRequest.named("o").withOrigin(origin);
    assertRefused(() -> kms.createKey(request), "given by backends");
  }

  @ParameterizedTest
  @CsvSource({"0, false", "1, true", "1000, true", "1001, false"})
  void pagesHaveOneToAThousandKeys(int limit, boolean good) {
    Runnable list = () -> kms.listKeys(new ListKeysRequest(limit, null, null, null));
    if (good) {
      assertSent(list);
    } else {
      assertRefused(list, "expected 1 to 1000");
    }
  }

  @ParameterizedTest
  @CsvSource({"4095, true", "4096, true", "4097, false"})
  void plaintextHasAtMostFourKibibytes(int length, boolean good) {
    try (SecretBytes plain = SecretBytes.copyOf(new byte[length])) {
      Runnable encrypt =
          () -> kms.encrypt(new EncryptRequest("k", plain, EncryptionContext.empty()));
      if (good) {
        assertSent(encrypt);
      } else {
        assertRefused(encrypt, "4097 bytes of plaintext, at most 4096");
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"6, false", "7, true", "30, true", "31, false"})
  void deletionsWaitAWeekToAMonth(int days, boolean good) {
    Runnable delete = () -> kms.deleteKey(DeleteKeyRequest.schedule("k", days));
    if (good) {
      assertSent(delete);
    } else {
      assertRefused(delete, "expected 7 to 30");
    }
  }
}
