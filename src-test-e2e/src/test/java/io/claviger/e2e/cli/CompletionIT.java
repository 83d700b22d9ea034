package io.claviger.e2e.cli;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Completion as docs/cli.md says it: the installed script in bash, the command's in zsh, loaded by
 * real shells on a pseudo-terminal; and the tabulator key.
 */
class CompletionIT {
  /** The shells that have a script; zsh is a Debian package of that name. */
  enum Kind {
    BASH("bash --norc --noprofile -i", "source share/bash-completion/completions/claviger"),
    ZSH(
        "zsh -f -i",
        "autoload -Uz compinit; compinit -u -D; source <(bin/claviger completion zsh)");

    private final String command;
    private final String load;

    Kind(String command, String load) {
      this.command = command;
      this.load = load;
    }
  }

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource
  void commandsAndOptionsAreCompleted(Kind kind) throws Exception {
    Path prefix = Claviger.script().getParent().getParent();
    Files.createFile(folder.resolve("March 2026.csv"));
    Path screen = folder.resolve("screen");
    ProcessBuilder shell =
        new ProcessBuilder(List.of("script", "-qfec", kind.command, "/dev/null"));
    shell.environment().put("TERM", "dumb");
    shell.environment().put("HOME", folder.toString());
    Process process = shell.redirectErrorStream(true).redirectOutput(screen.toFile()).start();
    try (OutputStream keyboard = process.getOutputStream()) {
      type(keyboard, "cd '" + prefix + "'; " + kind.load + " && echo loa''ded; cd ~\n");
      await(process, screen, "loaded");
      type(keyboard, "claviger put Mar\t");
      await(process, screen, "March\\ 2026.csv");
      type(keyboard, "\u0015");
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
    Claviger.await(
        shell,
        screen,
        () ->
            new String(Files.readAllBytes(screen), StandardCharsets.ISO_8859_1)
                .replaceAll("\u001b\\[[0-9;?]*[A-Za-z]|[\\r\\u0007]", "")
                .contains(wanted));
  }
}
