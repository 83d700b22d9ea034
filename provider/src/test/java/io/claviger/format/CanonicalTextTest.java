package io.claviger.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Texts have one spelling in bytes (format 2.2). */
class CanonicalTextTest {
  private static String context(String name, String value) {
    return new String(CanonicalContext.encode(Map.of(name, value)), StandardCharsets.UTF_8);
  }

  @Test
  void onlyControlCharactersQuotesAndBackslashesAreEscaped() {
    assertThat(context("a b", "\u001f \u007fä/")).isEqualTo("{\"a b\":\"\\u001f \u007fä/\"}");
    assertThat(context("q", "\b\"\\\n")).isEqualTo("{\"q\":\"\\b\\\"\\\\\\n\"}");
  }

  @Test
  void halfOfASurrogatePairHasNoBytes() {
    assertThat(Utf8.isWellFormed("ä\ud83d\ude00")).isTrue();
    assertThat(Utf8.isWellFormed("\ud83d")).isFalse();
    assertThatThrownBy(() -> Utf8.encode("\ud83d")).isInstanceOf(IllegalArgumentException.class);
  }
}
