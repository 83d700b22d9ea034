package io.claviger.e2e.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The completion scripts, loaded by real shells on a pseudo-terminal, and the tabulator key. */
class CompletionIT {
  /** The shells that have a script; zsh is a Debian package of that name. */
  enum Kind {
    BASH("bash --norc --noprofile -i", ""),
    ZSH("zsh -f -i", "autoload -Uz compinit; compinit -u -D; ");

    private final String command;
    private final String before;

    Kind(String command, String before) {
      this.command = command;
      this.before = before;
    }
  }

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource
  void commandsAndOptionsAreCompleted(Kind kind) throws Exception {
    Path script = folder.resolve("completion");
    Files.write(
        script,
        new Claviger()
            .run("completion", kind.name().toLowerCase(java.util.Locale.ROOT))
            .expect(0)
            .bytes());
    Path screen = folder.resolve("screen");
    ProcessBuilder shell =
        new ProcessBuilder(List.of("script", "-qfec", kind.command, "/dev/null"));
    shell.environment().put("TERM", "dumb");
    shell.environment().put("HOME", folder.toString());
    Process process = shell.redirectErrorStream(true).redirectOutput(screen.toFile()).start();
    try (OutputStream keyboard = process.getOutputStream()) {
      type(keyboard, kind.before + "source '" + script + "' && echo loa''ded\n");
      await(process, screen, "loaded");
      type(keyboard, "claviger key fold\t");
      await(process, screen, "claviger key folder");
      type(keyboard, "rotate-\t");
      await(process, screen, "rotate-root");
      type(keyboard, "--qui\t");
      await(process, screen, "--quiet");
    } finally {
      process.destroy();
    }
    Claviger.exit(process);
  }

  private static void type(OutputStream keyboard, String text) throws Exception {
    keyboard.write(text.getBytes(StandardCharsets.UTF_8));
    keyboard.flush();
  }

  /** What is echoed may be cut into pieces by the shell's own signs, so these are left out. */
  private static void await(Process shell, Path screen, String wanted) throws Exception {
    String shown;
    do {
      shown =
          new String(Files.readAllBytes(screen), StandardCharsets.ISO_8859_1)
              .replaceAll("\u001b\\[[0-9;?]*[A-Za-z]|[\\r\\u0007]", "");
      assertThat(shell.isAlive()).as(shown).isTrue();
    } while (!shown.contains(wanted));
  }
}
