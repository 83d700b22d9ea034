package io.claviger.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each promise of {@code docs/threat-model.md} names tests that show it, and there are such tests.
 */
class ThreatModelDocTest {
  private static final Path ROOT = Path.of("..");
  private static final Pattern NAMED =
      Pattern.compile("`([A-Z]\\w*(?:Test|IT|Contract))(?:#(\\w+))?`");
  private static final Map<String, List<String>> TESTS = tests();

  /** Returns the sources of all tests by the name of their class; two may have one name. */
  private static Map<String, List<String>> tests() {
    Map<String, List<String>> found = new TreeMap<>();
    for (String module :
        new String[] {
          "provider", "s3-interceptor", "s3-autoload", "backends/aws-kms", "src-test-e2e"
        }) {
      try (Stream<Path> files = Files.walk(ROOT.resolve(module).resolve("src/test/java"))) {
        for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
          String name = file.getFileName().toString().replace(".java", "");
          found.computeIfAbsent(name, n -> new ArrayList<>()).add(Files.readString(file));
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return found;
  }

  private static List<String> lines() throws IOException {
    return Files.readAllLines(ROOT.resolve("docs/threat-model.md"));
  }

  static List<String> named() throws IOException {
    return lines().stream()
        .flatMap(line -> NAMED.matcher(line).results().map(r -> r.group()))
        .distinct()
        .collect(Collectors.toList());
  }

  @ParameterizedTest
  @MethodSource("named")
  void thereIsSuchATest(String test) {
    Matcher name = NAMED.matcher(test);
    assertThat(name.matches()).isTrue();
    assertThat(TESTS).containsKey(name.group(1));
    String method = name.group(2);
    if (method != null) {
      assertThat(TESTS.get(name.group(1)))
          .as(test)
          .anyMatch(source -> source.contains("void " + method + "("));
    }
  }

  @Test
  void everyPromiseNamesOne() throws IOException {
    List<String> promises =
        lines().stream()
            .filter(l -> l.startsWith("| ") && !l.startsWith("| promised") && !l.startsWith("| --"))
            .toList();
    assertThat(promises).hasSizeGreaterThan(20).allMatch(line -> NAMED.matcher(line).find());
  }
}
