package io.claviger.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script as bash calls it; CompletionIT presses the key, in zsh too. */
class CompletionTest {
  @TempDir private Path folder;

  private String completed(String... words) throws Exception {
    Path script =
        Files.write(
            folder.resolve("script"), new Cli().run("completion", "bash").expect(0).bytes());
    Path out = folder.resolve("out");
    String call =
        "compopt() { :; }; source '%s'; COMP_WORDS=(%s); COMP_CWORD=%d; _complete_claviger; printf '%%s\\n' \"${COMPREPLY[@]}\""
            .formatted(script, String.join(" ", words), words.length - 1);
    Process bash =
        new ProcessBuilder("bash", "--norc", "-c", call)
            .redirectErrorStream(true)
            .redirectOutput(out.toFile())
            .start();
    assertThat(bash.waitFor()).isZero();
    return Files.readString(out, StandardCharsets.UTF_8).strip();
  }

  @Test
  void commandsAreCompleted() throws Exception {
    assertThat(completed("claviger", "enc")).isEqualTo("encrypt");
    assertThat(completed("claviger", "key", "cr")).isEqualTo("create");
    assertThat(completed("claviger", "key", "folder", "reb")).isEqualTo("rebuild");
    assertThat(completed("claviger", "tra")).isEmpty(); // for the installation only
  }

  @Test
  void optionsAreCompleted() throws Exception {
    assertThat(completed("claviger", "key", "list", "--sta")).isEqualTo("--state");
    assertThat(completed("claviger", "put", "--end")).isEqualTo("--endpoint-url");
  }

  @Test
  void otherShellsHaveNone() {
    assertThat(new Cli().run("completion", "fish").expect(2).err()).contains("bash and zsh");
  }
}
