package io.claviger.s3.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.s3.rules.KeyChoice.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which key a name gets, and what is refused instead of guessed. */
class KeyRulesTest {
  private static final KeyRules RULES =
      KeyRules.parse(
          """
          # a comment

          s3://lake/tenant-(*)/** -> tenant-$1 {tenant=$1, price=$$1}
          deny s3://lake/raw/**
          s3://lake/raw.csv -> raw
          s3://(*)-logs/(*)/(**) -> logs-$1-$2 {rest=$3}
          s3://lake/\\*\\(literal\\)/* -> literal
          s3://lake/(20*-*)/* -> year-$1
          default -> rest
          create 100
          """);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      ignoreLeadingAndTrailingWhitespace = true,
      value = {
        "lake|tenant-a/x|RULE|tenant-a|3",
        "lake|tenant-a/|RULE|tenant-a|3",
        "lake|tenant-a/../tenant-b/x|RULE|tenant-a|3",
        "lake|tenant-a//x|RULE|tenant-a|3",
        "lake|tenant-A.b_c-9/x/y|RULE|tenant-A.b_c-9|3",
        "lake|tenant-a|DEFAULT|rest|9",
        "lake|x/tenant-a/y|DEFAULT|rest|9",
        "lake2|tenant-a/x|DEFAULT|rest|9",
        "lake|raw/x|DENIED||4",
        "lake|raw/|DENIED||4",
        "lake|raw|DEFAULT|rest|9",
        "lake|Raw/x|DEFAULT|rest|9",
        "lake|%72aw/x|DEFAULT|rest|9",
        "lake|raw.csv|RULE|raw|5",
        "lake|rawxcsv|DEFAULT|rest|9",
        "web-logs|eu/a/b|RULE|logs-web-eu|6",
        "lake|*(literal)/x|RULE|literal|7",
        "lake|a(literal)/x|DEFAULT|rest|9",
        "lake|*(literal)/x/y|DEFAULT|rest|9",
        "lake|2026-11/x|RULE|year-2026-11|8",
      })
  void aNameGetsTheKeyOfTheFirstRuleThatFits(
      String bucket, String key, Outcome outcome, String keyId, int line) {
    KeyChoice choice = RULES.explain(bucket, key);
    assertThat(choice.outcome()).isEqualTo(outcome);
    assertThat(choice.keyId()).isEqualTo(keyId);
    assertThat(choice.line()).isEqualTo(line);
    assertThat(choice.why()).contains("line " + line);
  }

  @Test
  void theContextTakesWhatTheKeyIdMayNot() {
    assertThat(RULES.explain("lake", "tenant-a/x").context().entries())
        .isEqualTo(Map.of("tenant", "a", "price", "$1"));
    assertThat(RULES.explain("web-logs", "eu/ä/\u20ac b%20").context().entries())
        .isEqualTo(Map.of("rest", "ä/\u20ac b%20"));
    assertThat(RULES.newKeys()).isEqualTo(100);
    assertThat(RULES.size()).isEqualTo(6);
  }

  /** What a tenant may choose gives a key id of a few characters, or none. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "lake|tenant-/x|$1 is empty",
        "lake|tenant-../x|no ..",
        "lake|tenant-./x|no ..",
        "lake|tenant-a..b/x|no ..",
        "lake|tenant--a/x|letter or digit first",
        "lake|tenant-a b/x|of ASCII",
        "lake|tenant-ä/x|of ASCII",
        "lake|tenant-a%2F/x|of ASCII",
        "lake|tenant-a\\b/x|of ASCII",
        "lake|tenant-$1/x|of ASCII",
        "lake|tenant-(*)/x|of ASCII",
        "lake|tenant-\u0430/x|of ASCII",
        "a-b-logs|c/x|between groups",
        "a-logs|b-c/x|between groups",
      })
  void aNameThatGivesNoPossibleKeyIdIsNotSealed(String bucket, String key, String why) {
    KeyChoice choice = RULES.explain(bucket, key);
    assertThat(choice.outcome()).isEqualTo(Outcome.IMPOSSIBLE);
    assertThat(choice.keyId()).isNull();
    assertThat(choice.allowed()).isFalse();
    assertThat(choice.why()).contains(why);
  }

  @Test
  void aKeyIdHasAtMost255Characters() {
    String prefix = "tenant-";
    String longest = "a".repeat(255 - prefix.length());
    assertThat(RULES.explain("lake", prefix + longest + "/x").keyId()).hasSize(255);
    assertThat(RULES.explain("lake", prefix + longest + "a/x").why()).contains("256 characters");
  }

  @Test
  void withoutADefaultTheInterceptorsOwnKeyServes() {
    KeyChoice choice = KeyRules.parse("s3://b/x/** -> x").explain("b", "y");
    assertThat(choice.outcome()).isEqualTo(Outcome.DEFAULT);
    assertThat(choice.keyId()).isNull();
    assertThat(choice.why()).contains("interceptor's own key");
    assertThat(KeyRules.none().explain("b", "y")).isEqualTo(choice);
    KeyChoice denied = KeyRules.parse("default deny").explain("b", "y");
    assertThat(denied.outcome()).isEqualTo(Outcome.DENIED);
    assertThat(denied.allowed()).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "lake/** -> k|begins with s3://",
        "s3://lake -> k|begins with s3://",
        "s3://lake/ -> k|empty key",
        "s3:///x -> k|matches no bucket",
        "s3://la ke/x -> k|matches no bucket",
        "s3://**/x -> k|matches no bucket",
        "s3://b/x->k|this is no rule",
        "s3://b/x|this is no rule",
        "allow s3://b/x|this is no rule",
        "s3://b/x ->|is no rule",
        "s3://b/x ->  {a=b}|not possible",
        "s3://b/x -> ..|not possible",
        "s3://b/x -> a/b|has no slash",
        "s3://b/x -> a\\b|has no slash",
        "s3://b/x -> $1|it has 0",
        "s3://b/(*) -> $2|it has 1",
        "s3://b/(*) -> $0|it has 1",
        "s3://b/(*) -> a$|it has 1",
        "s3://b/(*) -> ${1}|it has 1",
        "s3://b/(*)/(*) -> $1$2|groups touch",
        "s3://b/(**) -> k-$1|may hold a slash",
        "s3://b/(a/*) -> k-$1|may hold a slash",
        "s3://b/(* -> k|parentheses",
        "s3://b/*) -> k|parentheses",
        "s3://b/() -> k|parentheses",
        "s3://b/((*)) -> k|parentheses",
        "s3://b/*** -> k|three stars",
        "s3://b/x\\ -> k|backslash",
        "s3://b/(*)(*)(*)(*)(*)(*)(*)(*)(*)(*) -> k|at most 9",
        "s3://b/x -> k {a=b|end in }",
        "s3://b/x -> k {a}|name=value",
        "s3://b/x -> k {}|name=value",
        "s3://b/x -> k {a=1, a=2}|each name once",
        "s3://b/x -> k {a=$1}|it has 0",
        "s3://b/x -> k {claviger:use=object}|reserved",
        "default -> $1|it has 0",
        "create -1|expected a number",
        "create many|expected a number",
        "create 1000001|expected a number",
      })
  void aRuleThatIsWrongNamesItsLineAndWhatToWrite(String line, String advice) {
    assertThatThrownBy(() -> KeyRules.parse("# first\n" + line + "\n"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("line 2, \"")
        .hasMessageContaining(advice);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "s3://b/x -> k|s3://b/x -> l|never decides: line 1",
        "s3://b/x -> k|deny s3://b/x|never decides: line 1",
        "s3://*/** -> k|s3://b/x -> l|never decides: line 1",
        "s3://(*)/(**) -> k|s3://b/x -> l|never decides: line 1",
        "default -> k|default deny|default stands on line 1",
        "create 1|create 2|stands twice",
      })
  void aRuleThatCouldNeverDecideIsAnError(String first, String second, String advice) {
    assertThatThrownBy(() -> KeyRules.parse(first + "\r\n" + second))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(advice);
  }

  @Test
  void aFileThatCannotBeReadIsNamed(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("rules");
    assertThatThrownBy(() -> KeyRules.load(file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("cannot be read");
    Files.write(file, new byte[] {'#', (byte) 0xff});
    assertThatThrownBy(() -> KeyRules.load(file)).hasMessageContaining("not UTF-8");
    Files.writeString(file, "\uFEFF# as an editor begins it\ns3://b/** -> k\n");
    assertThat(KeyRules.load(file).explain("b", "x").keyId()).isEqualTo("k");
    Files.writeString(file, "s3://b -> k");
    assertThatThrownBy(() -> KeyRules.load(file))
        .hasMessageContaining(file.toString())
        .hasMessageContaining("line 1");
  }

  /** A name is compared with the rules of its own folder, however many others there are. */
  @Test
  void tenThousandRulesCostANameOneComparison() {
    String many =
        IntStream.range(0, 10_000)
            .mapToObj(i -> "s3://lake-%d/tenant-%04d/** -> k%d".formatted(i % 3, i, i))
            .collect(Collectors.joining("\n"));
    KeyRules rules = KeyRules.parse(many + "\ns3://*/shared/** -> shared\ndefault -> rest");
    assertThat(rules.size()).isEqualTo(10_001);
    for (int i = 0; i < 10_000; i++) {
      String key = "tenant-%04d/part-0".formatted(i);
      assertThat(rules.compared("lake-" + i % 3, key)).isEqualTo(1);
      assertThat(rules.explain("lake-" + i % 3, key).keyId()).isEqualTo("k" + i);
    }
    assertThat(rules.compared("lake-0", "shared/x")).isEqualTo(1);
    assertThat(rules.compared("lake-0", "elsewhere")).isZero();
  }

  /** A name that a tenant chose to be slow is compared as fast as any: no place is tried twice. */
  @Test
  void aNameMadeToBeSlowIsNot() {
    KeyRules rules = KeyRules.parse("s3://b/" + "**a".repeat(20) + "!" + " -> k\ndefault -> d");
    for (int i = 0; i < 100; i++) {
      assertThat(rules.explain("b", "a".repeat(1024)).keyId()).isEqualTo("d");
    }
  }
}
