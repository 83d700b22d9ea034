package io.claviger.backend.vault;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VaultErrorsTest {
  private static final String BODY_SECRET = "hvs.Zz-in-the-body";

  private static @Nullable KmsException of(int status, String error, String method, String path) {
    String body = "{\"errors\":[\"%s\"],\"note\":\"%s\"}".formatted(error, BODY_SECRET);
    VaultReply reply = new VaultReply(status, body.getBytes(StandardCharsets.UTF_8));
    return VaultErrors.of(reply, "https://v:8200", "kv_mount", method, path, "key \"k\"");
  }

  @ParameterizedTest
  @CsvSource({
    "307, UNAVAILABLE, standby",
    "412, UNAVAILABLE, earlier write",
    "429, RATE_LIMITED, quota",
    "472, UNAVAILABLE, disaster recovery secondary",
    "500, UNAVAILABLE, Vault's log",
    "501, UNAVAILABLE, not initialized",
    "502, UNAVAILABLE, Vault's log",
    "503, UNAVAILABLE, sealed",
    "405, INVALID_REQUEST, refuses this request",
  })
  void aStatusHasItsKindAndAdvice(int status, ErrorKind kind, String advice) {
    KmsException e = of(status, "x", "GET", "secret/data/k");
    assertThat(e).isNotNull();
    assertThat(e.kind()).isEqualTo(kind);
    assertThat(e)
        .hasMessageStartingWith("key \"k\": Vault at https://v:8200 answered " + status + ": it ")
        .hasMessageContaining(advice);
    assertThat(e.getMessage()).doesNotContain(BODY_SECRET);
  }

  @ParameterizedTest
  @CsvSource({
    "GET, secret/data/k, read",
    "GET, secret/metadata/k?list=true, list",
    "POST, secret/data/k, create or update",
    "DELETE, secret/metadata/k, delete",
  })
  void aDeniedRightIsNamed(String method, String path, String right) {
    KmsException e = of(403, "permission denied", method, path);
    assertThat(e).isNotNull();
    assertThat(e.kind()).isEqualTo(ErrorKind.ACCESS_DENIED);
    assertThat(e)
        .hasMessage(
            "key \"k\": Vault's policy denies %s on \"%s\". Allow it for this login, see docs/vault.md"
                .formatted(right, path.replace("?list=true", "")));
  }

  @Test
  void aMissingMountIsToldFromAMissingRecord() {
    assertThat(of(404, "", "GET", "secret/data/k")).isNull();
    KmsException e = of(404, "no handler for route secret/data/k", "GET", "secret/data/k");
    assertThat(e).isNotNull();
    assertThat(e.kind()).isEqualTo(ErrorKind.INVALID_CONFIGURATION);
    assertThat(e).hasMessageStartingWith("config \"kv_mount\" ");
  }

  @Test
  void aKvEngineThatIsJustMadeIsWaitedFor() {
    String words =
        "Upgrading from non-versioned to versioned data. This backend will be unavailable";
    KmsException e = of(400, words, "POST", "secret/data/k");
    assertThat(e).isNotNull();
    assertThat(e.isRetryable()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 204, 400})
  void theRestIsForTheCaller(int status) {
    assertThat(of(status, "x", "POST", "p")).isNull();
  }
}
