package io.claviger.kms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class KmsNounsTest {
  @Test
  void theErrorTable() {
    String table =
        Arrays.stream(ErrorKind.values())
            .map(k -> k + " " + k.family() + " " + k.httpStatus() + " " + k.isRetryable())
            .collect(Collectors.joining("\n"));
    assertThat(table)
        .isEqualTo(
            """
            INVALID_CONFIGURATION CONFIGURATION 400 false
            NOT_RUNNING CONFIGURATION 503 false
            KEY_NOT_FOUND BACKEND 404 false
            KEY_ALREADY_EXISTS BACKEND 409 false
            INVALID_REQUEST BACKEND 400 false
            INVALID_KEY_STATE BACKEND 400 false
            ACCESS_DENIED BACKEND 403 false
            UNSUPPORTED_CAPABILITY BACKEND 501 false
            UNAVAILABLE BACKEND 503 true
            TIMED_OUT BACKEND 503 true
            RATE_LIMITED BACKEND 429 true
            CORRUPT_RECORD CRYPTO 500 false
            NOT_AUTHENTIC CRYPTO 500 false
            CRYPTO_FAILURE CRYPTO 500 false
            CACHE_FAILURE CACHE 500 false
            INTERNAL BACKEND 500 false""");
  }

  @ParameterizedTest
  @EnumSource(ErrorKind.class)
  void theClassFollowsTheFamily(ErrorKind kind) {
    Class<?> expected =
        switch (kind.family()) {
          case CONFIGURATION -> ConfigurationException.class;
          case BACKEND -> BackendException.class;
          case CRYPTO -> CryptoException.class;
          case CACHE -> CacheException.class;
        };
    assertThat(KmsException.of(kind, "m")).isInstanceOf(expected).hasMessage("m");
  }

  @Test
  void secretsAreNotShownAndAreWiped() {
    SecretBytes secret = SecretBytes.copyOf("hunter2".getBytes());
    DataKey key = new DataKey("k", 1, KeySpec.AES_256, secret, new byte[3]);
    assertThat(secret + " " + key).doesNotContain("hunter2").contains("redacted");
    byte[][] live = new byte[1][];
    secret.use(bytes -> live[0] = bytes);
    key.close();
    assertThat(live[0]).containsOnly(0);
    assertThatThrownBy(secret::toByteArray).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void reservedContextNamesAreRefusedFromCallers() {
    assertThatThrownBy(() -> EncryptionContext.of(Map.of("claviger:bucket", "b")))
        .isInstanceOf(BackendException.class)
        .hasMessageContaining("reserved");
    assertThatThrownBy(() -> EncryptionContext.of(Map.of("a", "\uD800")))
        .isInstanceOf(BackendException.class);
    assertThat(EncryptionContext.of(Map.of("name", "value")).toString()).doesNotContain("value");
  }
}
