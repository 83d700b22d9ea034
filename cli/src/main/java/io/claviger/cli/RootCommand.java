package io.claviger.cli;

import io.claviger.cli.bulk.AuditCommand;
import io.claviger.cli.bulk.MigrateCommand;
import io.claviger.cli.bulk.RewrapCommand;
import io.claviger.cli.bulk.VerifyCommand;
import io.claviger.cli.doctor.DoctorCommand;
import io.claviger.cli.file.DecryptCommand;
import io.claviger.cli.file.EncryptCommand;
import io.claviger.cli.key.KeyCommand;
import io.claviger.cli.object.CatCommand;
import io.claviger.cli.object.CopyCommand;
import io.claviger.cli.object.InspectCommand;
import io.claviger.cli.object.ListCommand;
import io.claviger.cli.object.PutCommand;
import io.claviger.cli.object.WhichCommand;
import io.claviger.cli.shell.CommandException;
import io.claviger.cli.shell.ExitCode;
import io.claviger.cli.shell.Shell;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The command without a name, which has the options of every other. */
@Command(
    name = "claviger",
    header = "keys, and objects and files sealed with them",
    description = {
      "Works with the keys that the configuration names: the variables CLAVIGER_.., or the file"
          + " that CLAVIGER_CONFIG names, as library and drop-in read them. No secret is taken from"
          + " an argument. \"-\" is standard input or standard output."
    },
    footer = {
      "  export CLAVIGER_BACKEND_TYPE=Local CLAVIGER_KEY_DIR=\"$HOME/keys\"",
      "  export CLAVIGER_MASTER_KEY_FILE=\"$HOME/passphrase\"",
      "  claviger key create orders"
    },
    subcommands = {
      KeyCommand.class,
      ListCommand.class,
      CatCommand.class,
      PutCommand.class,
      CopyCommand.class,
      InspectCommand.class,
      WhichCommand.class,
      AuditCommand.class,
      VerifyCommand.class,
      RewrapCommand.class,
      MigrateCommand.class,
      DoctorCommand.class,
      EncryptCommand.class,
      DecryptCommand.class,
      HelpCommand.class,
      CompletionCommand.class,
      InstallCommand.class,
      TrainCommand.class,
    },
    versionProvider = Version.class)
final class RootCommand implements Runnable {
  private final Shell shell;

  RootCommand(Shell shell) {
    this.shell = shell;
  }

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      order = 101,
      description = "Show this help.")
  private boolean help;

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      scope = ScopeType.INHERIT,
      order = 102,
      description = "Show the version.")
  private boolean version;

  @Option(
      names = "--json",
      scope = ScopeType.INHERIT,
      order = 103,
      description = "Write the result, or the error, as JSON.")
  void json(boolean on) {
    shell.json(on);
  }

  @Option(
      names = {"-q", "--quiet"},
      scope = ScopeType.INHERIT,
      order = 104,
      description = "Write results and errors only.")
  void quiet(boolean on) {
    shell.quiet(on);
  }

  @Option(
      names = {"-y", "--yes"},
      scope = ScopeType.INHERIT,
      order = 105,
      description = "Answer every question with yes.")
  void yes(boolean on) {
    shell.yes(on);
  }

  @Option(
      names = "--color",
      paramLabel = "WHEN",
      defaultValue = "auto",
      scope = ScopeType.INHERIT,
      order = 106,
      description = "Colours: auto (on a terminal), always or never.")
  void colour(Shell.Colour when) {
    shell.colour(when);
  }

  @Option(
      names = "--debug",
      scope = ScopeType.INHERIT,
      order = 107,
      description = "Show the stack trace of an error.")
  void debug(boolean on) {
    shell.debug(on);
  }

  @Override
  public void run() {
    throw new CommandException(
        ExitCode.USAGE, "a command is missing; \"claviger help\" lists them");
  }
}
