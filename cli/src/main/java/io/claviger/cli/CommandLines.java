package io.claviger.cli;

import io.claviger.cli.shell.ExitCode;
import io.claviger.cli.shell.Shell;
import java.io.PrintWriter;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.IFactory;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Makes the command line over a shell, and runs it. */
final class CommandLines {
  private CommandLines() {}

  /** Runs one command and returns its exit status; nothing is thrown. */
  static int run(Shell shell, String... args) {
    try {
      return of(shell).execute(args);
    } catch (OutOfMemoryError | StackOverflowError | LinkageError e) {
      return Failures.report(shell, e);
    }
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
              parsed.asCommandLineList().forEach(CommandLines::requireNamesOnce);
              return new CommandLine.RunLast().execute(parsed);
            })
        .setParameterExceptionHandler((e, given) -> usage(shell, e))
        .setExecutionExceptionHandler((e, command, parsed) -> Failures.report(shell, e));
  }

  /**
   * Of NAME=VALUE options that name something twice the last would win unseen, and an object be
   * bound to what nobody meant.
   */
  private static void requireNamesOnce(CommandLine command) {
    for (OptionSpec option : command.getParseResult().matchedOptions()) {
      Set<String> names = new HashSet<>();
      for (String given :
          option.isMultiValue() ? option.originalStringValues() : List.<String>of()) {
        String name = given.replaceFirst("(?s)=.*", "");
        if (!names.add(name)) {
          throw new ParameterException(
              command,
              "%s names \"%s\" twice; leave one out".formatted(option.longestName(), name));
        }
      }
    }
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
    if (e.getArgSpec() instanceof OptionSpec option && isWithoutName(e, option)) {
      return "%s takes %s, and what is given has no \"=\""
          .formatted(option.longestName(), option.paramLabel());
    }
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

  /** Whether a NAME=VALUE option got something else: the parser shows what, maybe a secret. */
  private static boolean isWithoutName(ParameterException e, OptionSpec option) {
    return Map.class.isAssignableFrom(option.type())
        && String.valueOf(e.getMessage()).contains("KEY=VALUE");
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
