package io.claviger;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.jca.ClavigerProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What programs may name is what {@code api.txt} shows. */
class PublicApiTest {
  private static final Pattern EXPORTED = Pattern.compile("(?m)^ +exports ([\\w.]+);");

  @Test
  void theApiIsTheOneThatIsCheckedIn() throws IOException {
    String module = Files.readString(Path.of("src/main/java/module-info.java"));
    List<String> packages =
        EXPORTED.matcher(module).results().map((MatchResult found) -> found.group(1)).toList();
    List<String> api = PublicApi.check(ClavigerProvider.class, packages);
    assertThat(api)
        .as("a relocated copy must link: no library's type in a signature")
        .noneMatch(line -> line.contains("com.fasterxml"))
        .noneMatch(line -> line.contains("com.github.benmanes"))
        .noneMatch(line -> line.contains("org.bouncycastle"))
        .noneMatch(line -> line.contains("io.github.jopenlibs"));
  }
}
