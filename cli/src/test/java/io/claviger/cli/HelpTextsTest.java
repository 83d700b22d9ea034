package io.claviger.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.cli.shell.Shell;
import io.claviger.cli.shell.Terminal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import picocli.CommandLine;

/** The help of every command is a file below {@code help}; -Dgolden.write=true rewrites them. */
class HelpTextsTest {
  private static final Path FILES = Path.of("src/test/resources/help");

  /** Returns every command that is shown. */
  static List<CommandLine> commands() {
    Shell shell =
        new Shell(
            new ByteArrayInputStream(new byte[0]),
            new ByteArrayOutputStream(),
            new ByteArrayOutputStream(),
            Terminal.NONE);
    List<CommandLine> all = new ArrayList<>();
    collect(CommandLines.of(shell), all);
    return all;
  }

  private static void collect(CommandLine command, List<CommandLine> all) {
    if (!command.getCommandSpec().usageMessage().hidden()) {
      all.add(command);
      command.getSubcommands().values().forEach(each -> collect(each, all));
    }
  }

  private static String words(CommandLine command) {
    return command.getCommandSpec().qualifiedName().replaceFirst("^claviger ?", "");
  }

  @TestFactory
  Stream<DynamicTest> isAsTheFileSays() {
    return commands().stream()
        .map(
            command -> DynamicTest.dynamicTest("claviger " + words(command), () -> check(command)));
  }

  private static void check(CommandLine command) throws IOException {
    String[] words = words(command).isEmpty() ? new String[0] : words(command).split(" ");
    String shown = new Cli().run(Cli.words(words, "help")).expect(0).out();
    assertThat(new Cli().run(Cli.words(new String[] {"--help"}, words)).expect(0).out())
        .isEqualTo(shown);
    assertThat(shown).contains("NAME\n", "SYNOPSIS\n", "DESCRIPTION\n", "OPTIONS\n", "EXAMPLE\n");
    Path file = FILES.resolve(command.getCommandSpec().qualifiedName("-") + ".txt");
    if (Boolean.getBoolean("golden.write")) {
      Files.createDirectories(FILES);
      Files.writeString(file, shown);
    }
    assertThat(shown)
        .as("run this test with -Dgolden.write=true and look at the difference")
        .isEqualTo(Files.readString(file));
  }

  @Test
  void noFileIsOfACommandThatIsGone() throws IOException {
    List<String> expected =
        commands().stream().map(c -> c.getCommandSpec().qualifiedName("-") + ".txt").toList();
    try (Stream<Path> files = Files.list(FILES)) {
      assertThat(files.map(f -> f.getFileName().toString()))
          .containsExactlyInAnyOrderElementsOf(expected);
    }
  }

  @Test
  void coloursAreForTerminalsOnly() {
    Terminal all = new Terminal(true, true, true);
    assertThat(new Cli().run("help").out()).doesNotContain("\u001b");
    assertThat(new Cli().run("help", "--color=always").out()).contains("\u001b[1mNAME");
    assertThat(new Cli().run(all, "help", "--color=never").out()).doesNotContain("\u001b");
  }
}
