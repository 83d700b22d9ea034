package io.claviger.kms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the author of a backend gets from {@link BackendFields}, and what is refused by name. */
class BackendFieldsTest {
  @TempDir private Path folder;

  private static void refused(ThrowingCallable call, String field, String words) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            ConfigurationException.class, e -> assertThat(e.field()).hasValue(field))
        .hasMessageContaining(words);
  }

  @Test
  void jsonAndTextAreReadAlike() {
    Map<String, Object> json =
        Map.of("n", 7, "yes", true, "wait", Map.of("secs", 5, "nanos", 2), "at", "/a");
    Map<String, Object> text = Map.of("n", "7", "yes", "true", "wait", "5", "at", "/a");
    for (BackendFields fields : List.of(BackendFields.of(json), BackendFields.of(text))) {
      assertThat(fields.number("n", 1)).isEqualTo(7);
      assertThat(fields.text("n")).isEqualTo("7");
      assertThat(fields.flag("yes", false)).isTrue();
      assertThat(fields.duration("wait", Duration.ZERO).toSeconds()).isEqualTo(5);
      assertThat(fields.requirePath("at")).isEqualTo(Path.of("/a"));
      assertThat(fields.names()).containsExactly("at", "n", "wait", "yes");
    }
    assertThat(BackendFields.of(json).isNumber("n")).isTrue();
    assertThat(BackendFields.of(text).isNumber("n")).isFalse();
    assertThat(BackendFields.of(text).object("wait")).isNull();
  }

  @Test
  void whatIsNotSetIsTheFallback() {
    Map<String, Object> values = new HashMap<>();
    values.put("null", null);
    BackendFields fields = BackendFields.of(values);
    assertThat(fields.has("null")).isFalse();
    assertThat(fields.names()).isEmpty();
    assertThat(fields.text("null")).isNull();
    assertThat(fields.path("null")).isNull();
    assertThat(fields.secret("null")).isNull();
    assertThat(fields.text("null", "f")).isEqualTo("f");
    assertThat(fields.number("null", 3)).isEqualTo(3);
    assertThat(fields.flag("null", true)).isTrue();
    assertThat(fields.duration("null", Duration.ofSeconds(9))).hasSeconds(9);
  }

  @Test
  void theMapsAreCopies() {
    Map<String, Object> inner = new HashMap<>(Map.of("a", "1"));
    Map<String, Object> values = new HashMap<>(Map.of("object", inner));
    BackendFields fields = BackendFields.of(values);
    inner.put("a", "2");
    values.clear();
    fields.toMap().clear();
    fields.without(Set.of("object"));
    BackendFields object = fields.object("object");
    assertThat(object).isNotNull();
    assertThat(object.text("a")).isEqualTo("1");
  }

  @Test
  void aSecretComesFromTheFieldOrItsFile() throws Exception {
    Path file = Files.writeString(folder.resolve("s"), "\uFEFFhidden words\r\n");
    assertSecret(BackendFields.of(Map.of("s_file", file.toString())));
    assertSecret(BackendFields.of(Map.of("s", "hidden words")));
    BackendFields both = BackendFields.of(Map.of("s", "x", "s_file", file.toString()));
    refused(() -> both.secret("s", "s_file"), "s_file", "both set");
    Files.writeString(file, " \n");
    BackendFields empty = BackendFields.of(Map.of("s_file", file.toString()));
    refused(() -> empty.secret("s", "s_file"), "s_file", "is empty");
    BackendFields none = BackendFields.of(Map.of("s_file", folder.resolve("none").toString()));
    refused(() -> none.secret("s", "s_file"), "s_file", "cannot be read");
    for (Charset other : List.of(StandardCharsets.UTF_16, StandardCharsets.ISO_8859_1)) {
      Files.writeString(file, "verborgene W\u00f6rter", other);
      BackendFields foreign = BackendFields.of(Map.of("s_file", file.toString()));
      refused(() -> foreign.secret("s", "s_file"), "s_file", "Save the file as UTF-8");
    }
  }

  private static void assertSecret(BackendFields fields) {
    try (SecretBytes secret = fields.secret("s", "s_file")) {
      assertThat(secret).isNotNull();
      assertThat(new String(secret.toByteArray())).isEqualTo("hidden words");
      assertThat(fields.toString()).doesNotContain("hidden");
    }
  }

  @Test
  void whatIsWrongIsRefusedByName() {
    BackendFields fields =
        BackendFields.of(Map.of("list", List.of(1), "n", "1.5", "flag", "yes", "blank", " "));
    refused(() -> fields.text("list"), "list", "is an object or a list");
    refused(() -> fields.number("n", 0), "n", "is \"1.5\". Use a whole number.");
    refused(() -> fields.flag("flag", true), "flag", "Use true or false.");
    refused(() -> fields.requireText("blank"), "blank", "is missing or empty.");
    refused(() -> fields.requireText("none"), "none", "is missing or empty.");
    refused(() -> fields.requirePath("none"), "none", "is missing or empty.");
    refused(() -> fields.refuseBoth("n", "flag"), "n", "and \"flag\" are both set.");
    refused(
        () -> fields.refuseOthers(Set.of("list", "n", "flag"), "type X"),
        "blank",
        "is not known for type X. Remove it; known are [flag, list, n].");
    fields.refuseBoth("n", "none");
    fields.refuseOthers(fields.names(), "type X");
  }
}
