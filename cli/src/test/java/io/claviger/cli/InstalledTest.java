package io.claviger.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The start script. */
class InstalledTest {
  @TempDir private static Path folder;
  private static Installation installed;

  @BeforeAll
  static void install() throws Exception {
    installed = Installation.shared();
  }

  @Test
  void theScriptRunsTheJarWithTheArchive() throws Exception {
    assertThat(installed.run(Map.of(), "--version").expect(0).out())
        .contains("claviger 0.1", System.getProperty("java.version"));
    Map<String, String> traced = Map.of("JAVA_OPTS", "-Xlog:class+load=info:stdout");
    assertThat(installed.run(traced, "help").expect(0).out())
        .contains("io.claviger.cli.Main source: shared objects file (top)");
  }

  /** JDK 17 takes no archive where the path has a blank; the script must run all the same. */
  @Test
  void itRunsThroughALinkMovedToAFolderWithABlankAndWithoutItsArchive() throws Exception {
    Path moved = Files.createDirectories(folder.resolve("my tools/lib/claviger"));
    Files.copy(installed.library("claviger.jar"), moved.resolve("claviger.jar"));
    Path script = Files.createDirectories(folder.resolve("my tools/bin")).resolve("claviger");
    Files.copy(installed.script(), script, StandardCopyOption.COPY_ATTRIBUTES);
    Path link = Files.createSymbolicLink(folder.resolve("linked"), script);
    Cli.Result run = Installation.run(Map.of(), List.of(link.toString(), "help")).expect(0);
    assertThat(run.out()).contains("SYNOPSIS");
    assertThat(run.err()).isEmpty();
  }

  @Test
  void statusesAndStreamsAreThoseOfTheCommand() throws Exception {
    Path keys = folder.resolve("keys of the test");
    Map<String, String> settings = Installation.keys(keys);
    assertThat(installed.run(settings, "key", "create", "a key").expect(0).err()).isEmpty();
    assertThat(installed.run(settings, "key", "list").expect(0).out()).contains("a key");
    assertThat(installed.run(settings, "key", "describe", "b").expect(4).out()).isEmpty();
    assertThat(installed.run(settings, "key", "delete", "a key").expect(11).err())
        .contains("--yes");
    Map<String, String> more = new HashMap<>(settings);
    more.put("CLAVIGER_UNKNOWN", "x");
    installed.run(more, "key", "list").expect(3);
  }

  /** A JVM in the locale C reads each letter beyond ASCII as a question mark. */
  @Test
  void lettersOfNamesAreKeptInEveryLocale() throws Exception {
    String which = " which --json s3://shop/gr$(printf '\\303\\274')n";
    String keys = "export CLAVIGER_DEFAULT_KEY_ID=a LC_ALL=C; ";
    String script = keys + "'" + installed.script() + "'" + which;
    Map<String, String> settings = Installation.keys(folder.resolve("keys of nobody"));
    assertThat(Installation.run(settings, List.of("sh", "-c", script)).expect(0).out())
        .contains("s3://shop/gr\u00fcn");
    String jar = keys + "'" + Installation.JAVA + "' -jar '" + Installation.JAR + "'" + which;
    assertThat(Installation.run(settings, List.of("sh", "-c", jar)).expect(2).err())
        .contains("LC_ALL=C.UTF-8");
  }

  /** Its own files would take the numbers of streams that are closed. */
  @Test
  void streamsThatAreClosedAreErrors() throws Exception {
    Map<String, String> settings = Installation.keys(folder.resolve("closed keys"));
    installed.run(settings, "key", "create", "a").expect(0);
    String claviger = "'" + installed.script() + "' ";
    assertThat(shell(settings, claviger + "encrypt -k a <&-").expect(10).out()).isEmpty();
    assertThat(shell(settings, claviger + "key list >&-").expect(10).err())
        .contains("standard output cannot be written");
    shell(settings, claviger + "key describe b 2>&-").expect(4);
  }

  /** A jar, or a file of a JDK, is an input as any other. */
  @Test
  void aJarAsStandardInputIsSealed() throws Exception {
    Map<String, String> settings = Installation.keys(folder.resolve("keys of jars"));
    installed.run(settings, "key", "create", "a").expect(0);
    Path jar = Files.write(folder.resolve("somebody's.jar"), new byte[] {1, 2, 3});
    Path release = Path.of(System.getProperty("java.home"), "release");
    String java = "'" + Installation.JAVA + "' -jar '" + Installation.JAR + "'";
    String script = "'" + installed.script() + "'";
    assertPassesThrough(settings, script, script, jar);
    assertPassesThrough(settings, java, script, jar);
    assertPassesThrough(settings, script, script, release);
    assertThat(shell(settings, java + " encrypt -k a <&-").expect(10).out()).isEmpty();
  }

  /** As the page says it; a file as standard input is another thing to a JVM than a pipe. */
  @Test
  void aPassphraseComesThroughAPipe() throws Exception {
    Map<String, String> settings = Installation.keys(folder.resolve("keys of pipes"));
    installed.run(settings, "key", "create", "a").expect(0);
    String bundle = " '" + folder.resolve("bundle of pipes") + "' --passphrase-file -";
    String claviger = "echo 'a secret' | '" + installed.script() + "' key ";
    shell(settings, claviger + "export" + bundle).expect(0);
    shell(settings, claviger + "import" + bundle).expect(0);
  }

  /** A pipe that a file name stands for is read once. */
  @Test
  void aSettingMayNameAPipe() throws Exception {
    Map<String, String> settings =
        new HashMap<>(Installation.keys(folder.resolve("keys of a named pipe")));
    installed.run(settings, "key", "create", "a").expect(0);
    String secret = settings.remove("CLAVIGER_MASTER_KEY");
    String list = "CLAVIGER_MASTER_KEY_FILE=<(echo '%s') '%s' key list";
    String line = list.formatted(secret, installed.script());
    assertThat(Installation.run(settings, List.of("bash", "-c", line)).expect(0).out())
        .contains("a   Enabled");
  }

  /** A variable is all that the caller of a command can set. */
  @Test
  void adviceNamesVariables() throws Exception {
    Map<String, String> settings =
        new HashMap<>(
            Installation.keys(Path.of(System.getProperty("java.io.tmpdir"), "lost keys")));
    settings.remove("CLAVIGER_ALLOW_INSECURE_DEV_DEFAULTS");
    assertThat(installed.run(settings, "key", "list").expect(3).err())
        .contains("CLAVIGER_KEY_DIR", "CLAVIGER_ALLOW_INSECURE_DEV_DEFAULTS=true");
  }

  @Test
  void aReaderThatEndsFirstIsNotWorthASentence() throws Exception {
    Path err = folder.resolve("err of a reader");
    Process help =
        Installation.start(Map.of(), List.of(installed.script().toString(), "help"))
            .redirectError(err.toFile())
            .start();
    help.getInputStream().close();
    assertThat(help.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(help.exitValue()).isEqualTo(141);
    assertThat(err).isEmptyFile();
  }

  private static void assertPassesThrough(
      Map<String, String> settings, String seals, String opens, Path input) throws Exception {
    Path sealed = folder.resolve("sealed");
    Path opened = folder.resolve("opened");
    String line = "%s encrypt -k a < \"%s\" > '%s' && %s decrypt -k a < '%s' > '%s'";
    shell(settings, line.formatted(seals, input, sealed, opens, sealed, opened)).expect(0);
    assertThat(opened).hasSameBinaryContentAs(input);
  }

  private static Cli.Result shell(Map<String, String> settings, String line) throws Exception {
    return Installation.run(settings, List.of("sh", "-c", line));
  }

  /** As a signal does it: the part of the file that is there goes, the status says which signal. */
  @ParameterizedTest
  @CsvSource({"INT, 130", "TERM, 143"})
  void aSignalEndsItCleanly(String signal, int status) throws Exception {
    Path work = Files.createDirectory(folder.resolve("signal " + signal));
    Map<String, String> settings = Installation.keys(work.resolve("keys"));
    installed.run(settings, "key", "create", "a").expect(0);
    Path err = work.resolve("err");
    Process process =
        Installation.start(
                settings,
                withSignals(
                    installed.script().toString(),
                    "encrypt",
                    "-k",
                    "a",
                    "-",
                    work.resolve("out").toString()))
            .redirectError(err.toFile())
            .start();
    try (OutputStream in = process.getOutputStream()) {
      while (!isBegun(work)) {
        in.write(new byte[1 << 16]);
        in.flush();
      }
      new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start().waitFor();
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    } catch (IOException e) {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue(); // its end of the pipe is closed
    }
    assertThat(process.exitValue()).isEqualTo(status);
    assertThat(Files.readString(err)).isEmpty();
    assertThat(parts(work)).containsExactlyInAnyOrder("keys", "err");
  }

  /**
   * Returns a command that signals reach: a shell that runs this test in the background may have
   * left SIGINT ignored, which processes inherit. GNU's env gives it back.
   */
  private static List<String> withSignals(String... command) {
    List<String> all = new ArrayList<>();
    if (Files.exists(Path.of("/proc/self/status"))) {
      all.addAll(List.of("env", "--default-signal=INT,TERM"));
    }
    all.addAll(List.of(command));
    return all;
  }

  private static boolean isBegun(Path work) throws IOException {
    return parts(work).stream().anyMatch(n -> n.endsWith(".part"));
  }

  private static List<String> parts(Path work) throws IOException {
    try (Stream<Path> files = Files.list(work)) {
      return files.map(f -> f.getFileName().toString()).toList();
    }
  }
}
