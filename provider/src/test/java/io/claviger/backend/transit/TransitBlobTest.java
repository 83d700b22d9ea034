package io.claviger.backend.transit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TransitBlobTest {
  private static final String LEAST = Base64.getEncoder().encodeToString(new byte[28]);

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 9, 10, 999_999_999})
  void transitsTextStandsAsItIs(int version) {
    String text = "vault:v" + version + ":" + LEAST;
    assertThat(TransitBlob.text(TransitBlob.of(text))).isEqualTo(text);
    assertThat(TransitBlob.version(text)).isEqualTo(version);
  }

  /** Vault's decoder is lenient: without this rule some changed blobs would open. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "vault:v1:",
        "vault:v0:%s",
        "vault:v01:%s",
        "vault:v1000000000:%s",
        "vault:v-1:%s",
        "Vault:v1:%s",
        "vault:v1:%s ",
        " vault:v1:%s",
        "vault:v1:%s\n",
        "vault:v1:\n%s",
        "vault:v1:%s=",
        "vault:v1%s",
        "vault:v1:AAAA",
        "vault:v1:%s\u00e9"
      })
  void anyOtherFormIsRefused(String form) {
    assertThat(TransitBlob.text(ascii(form.formatted(LEAST)))).isNull();
  }

  @Test
  void trailingBitsAndLengthsAreChecked() {
    String whole = Base64.getEncoder().encodeToString(new byte[29]); // ends in AA=
    assertThat(TransitBlob.text(ascii("vault:v1:" + whole))).isNotNull();
    String bits = whole.substring(0, whole.length() - 2) + "B=";
    assertThat(TransitBlob.text(ascii("vault:v1:" + bits))).isNull();
    String less = Base64.getEncoder().encodeToString(new byte[27]);
    assertThat(TransitBlob.text(ascii("vault:v1:" + less))).isNull();
  }
}
