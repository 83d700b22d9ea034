package io.claviger.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.cli.shell.ExitCode;
import io.claviger.kms.ErrorKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The table in docs/cli.md is the table in the code. */
class ExitCodesDocTest {
  @Test
  void theTableIsTheOneInTheCode() throws Exception {
    List<String> rows =
        Pattern.compile("(?m)^\\| (\\d+) \\| ([A-Z_]+) \\| \\S.* \\|$")
            .matcher(Files.readString(Path.of("../docs/cli.md")))
            .results()
            .map((MatchResult row) -> row.group(1) + " " + row.group(2))
            .toList();
    assertThat(rows)
        .containsExactlyElementsOf(
            Arrays.stream(ExitCode.values()).map(c -> c.status() + " " + c.name()).toList());
  }

  @Test
  void onlyOurDefectsAreInternal() {
    assertThat(Arrays.stream(ErrorKind.values()).filter(k -> ExitCode.of(k) == ExitCode.INTERNAL))
        .containsExactlyInAnyOrder(
            ErrorKind.INTERNAL, ErrorKind.CRYPTO_FAILURE, ErrorKind.CACHE_FAILURE);
  }
}
