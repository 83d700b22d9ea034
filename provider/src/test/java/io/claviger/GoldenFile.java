package io.claviger;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A file of expected lines, {@code name: text}; {@code -Dgolden.write=true} rewrites it. */
public final class GoldenFile {
  private GoldenFile() {}

  /**
   * Compares {@code lines} with the file of that name below {@code src/test/resources/messages}.
   */
  public static void check(String name, Map<String, String> lines) throws IOException {
    Path file = Path.of("src/test/resources/messages").resolve(name);
    List<String> found =
        lines.entrySet().stream()
            .map(line -> line.getKey() + ": " + line.getValue())
            .collect(Collectors.toList());
    if (Boolean.getBoolean("golden.write")) {
      Files.createDirectories(file.getParent());
      Files.write(file, found);
    }
    assertThat(found)
        .as("run this test with -Dgolden.write=true and look at the difference")
        .isEqualTo(Files.readAllLines(file));
  }
}
