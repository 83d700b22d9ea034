package io.claviger.cli;

import io.claviger.cli.shell.CommandException;
import io.claviger.cli.shell.ExitCode;
import io.claviger.cli.shell.Shell;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Writes what lets a shell complete commands and options. */
@Command(
    name = "completion",
    header = "write the completion script for bash or zsh",
    description = {
      "Writes a script that completes commands and options. For bash, \"claviger install\" puts it"
          + " where bash-completion looks; for zsh load it behind compinit."
    },
    footer = {
      "  source <(claviger completion bash)",
      "  source <(claviger completion zsh)   # in ~/.zshrc"
    })
final class CompletionCommand implements Callable<Integer> {
  private static final String NO_FILES = "  type compopt &>/dev/null && compopt +o default\n";

  private final Shell shell;

  @Parameters(paramLabel = "SHELL", description = "bash or zsh.")
  private String kind = "";

  CompletionCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    if (!kind.equals("bash") && !kind.equals("zsh")) {
      throw new CommandException(
          ExitCode.USAGE,
          "there is no completion for \"%s\"; bash and zsh have one".formatted(kind));
    }
    shell.out().print(script(shell));
    shell.requireWritten();
    return ExitCode.OK.status();
  }

  /**
   * The same for both: in zsh it asks for what makes zsh take bash's way. Where picocli knows no
   * word, readline completes names of files, those with blanks too.
   */
  static String script(Shell shell) {
    return AutoComplete.bash("claviger", CommandLines.of(shell)).replace(NO_FILES, "");
  }
}
