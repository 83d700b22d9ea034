package io.claviger.cli;

import io.claviger.cli.shell.ExitCode;
import io.claviger.cli.shell.Shell;
import java.io.PrintWriter;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.IFactory;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Makes the command line over a shell, and runs it. */
final class CommandLines {
  private CommandLines() {}

  /** Runs one command and returns its exit status; nothing is thrown. */
  static int run(Shell shell, String... args) {
    return of(shell).execute(args);
  }

  static CommandLine of(Shell shell) {
    CommandLine commands = new CommandLine(new RootCommand(shell), new ShellFactory(shell));
    HelpTexts.layOut(commands);
    return commands
        .setExpandAtFiles(false) // a key or an object may be named so
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setOut(new PrintWriter(shell.out(), true, StandardCharsets.UTF_8))
        .setErr(new PrintWriter(shell.err(), true, StandardCharsets.UTF_8))
        .setExecutionStrategy(
            parsed -> {
              parsed
                  .asCommandLineList()
                  .forEach(each -> each.setColorScheme(HelpTexts.colours(shell)));
              return new CommandLine.RunLast().execute(parsed);
            })
        .setParameterExceptionHandler((e, given) -> usage(shell, e))
        .setExecutionExceptionHandler((e, command, parsed) -> Failures.report(shell, e));
  }

  private static int usage(Shell shell, ParameterException e) {
    String path = e.getCommandLine().getCommandSpec().qualifiedName().replaceFirst("^claviger", "");
    Failures.write(
        shell,
        ExitCode.USAGE,
        "USAGE",
        "%s; \"claviger help%s\" shows the form".formatted(message(e), path),
        e);
    return ExitCode.USAGE.status();
  }

  /** Names options that are not known without what stands behind them: it may be a secret. */
  private static String message(ParameterException e) {
    boolean leaf = e.getCommandLine().getSubcommands().isEmpty();
    if (!(e instanceof UnmatchedArgumentException unmatched) || !leaf) {
      return String.valueOf(e.getMessage()).strip();
    }
    List<String> options =
        unmatched.getUnmatched().stream()
            .filter(word -> word.startsWith("-"))
            .map(word -> word.replaceFirst("=.*", ""))
            .toList();
    return options.isEmpty()
        ? "%d words too many".formatted(unmatched.getUnmatched().size())
        : "unknown option " + String.join(", ", options);
  }

  /** Makes commands, which take the shell, and what picocli needs besides. */
  private record ShellFactory(Shell shell) implements IFactory {
    @Override
    public <K> K create(Class<K> type) throws Exception {
      try {
        Constructor<K> maker = type.getDeclaredConstructor(Shell.class);
        maker.setAccessible(true);
        return maker.newInstance(shell);
      } catch (NoSuchMethodException e) {
        return CommandLine.defaultFactory().create(type);
      } catch (InvocationTargetException e) {
        throw new IllegalStateException(e.getCause());
      }
    }
  }
}
