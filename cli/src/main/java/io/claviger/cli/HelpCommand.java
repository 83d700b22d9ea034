package io.claviger.cli;

import io.claviger.cli.shell.Shell;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows the help of a command, of any depth. */
@Command(
    name = "help",
    header = "show the help of a command",
    description = "Shows what --help behind the command shows.",
    footer = "  claviger help key create")
final class HelpCommand implements Runnable {
  private final Shell shell;

  @Spec private @Nullable CommandSpec spec;

  @Parameters(paramLabel = "COMMAND", arity = "0..*", description = "The command, in its words.")
  private List<String> words = List.of();

  HelpCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public void run() {
    CommandLine own = Objects.requireNonNull(spec).commandLine();
    CommandLine command = own.getParent();
    for (String word : words) {
      CommandLine next = command.getSubcommands().get(word);
      if (next == null) {
        throw new ParameterException(
            own,
            "%s has no command \"%s\"; it has %s"
                .formatted(
                    command.getCommandSpec().qualifiedName(),
                    word,
                    String.join(", ", command.getSubcommands().keySet())));
      }
      command = next;
    }
    command.usage(shell.out(), HelpTexts.colours(shell));
    shell.requireWritten();
  }
}
