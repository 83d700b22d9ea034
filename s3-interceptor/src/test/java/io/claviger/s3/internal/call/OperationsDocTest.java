package io.claviger.s3.internal.call;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.s3.internal.call.S3Operations.Action;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** {@code docs/operations.md} says what the table says, row by row. */
class OperationsDocTest {
  private static final Path DOC = Path.of("..", "docs", "operations.md");

  @Test
  void theDocumentHasTheTablesRowsAndNoOthers() throws IOException {
    Map<String, String> documented = new TreeMap<>();
    for (String line : Files.readAllLines(DOC)) {
      String[] cells = line.split("\\|");
      if (line.startsWith("| ") && cells.length >= 4 && isAction(cells[2].strip())) {
        for (String operation : cells[1].split(",")) {
          String before = documented.put(operation.strip(), cells[2].strip());
          assertThat(before).as("%s stands twice", operation).isNull();
        }
      }
    }
    Map<String, String> table = new TreeMap<>();
    S3Operations.names()
        .forEach(name -> table.put(name, word(S3Operations.rule(name, () -> true).action())));
    assertThat(documented).isEqualTo(table);
  }

  private static boolean isAction(String word) {
    for (Action action : Action.values()) {
      if (word(action).equals(word)) {
        return true;
      }
    }
    return false;
  }

  private static String word(Action action) {
    return action.name().toLowerCase(java.util.Locale.ROOT);
  }
}
