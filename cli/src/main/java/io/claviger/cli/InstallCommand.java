package io.claviger.cli;

import io.claviger.cli.shell.Cleanups;
import io.claviger.cli.shell.CommandException;
import io.claviger.cli.shell.ExitCode;
import io.claviger.cli.shell.LocalFiles;
import io.claviger.cli.shell.Shell;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.CodeSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Puts jar and start script in their places, and makes the archive that lets the JVM start fast.
 */
@Command(
    name = "install",
    header = "install the start script and what makes it start fast",
    description = {
      "Copies this jar to PREFIX/lib/claviger, writes the start script PREFIX/bin/claviger and the"
          + " completion for bash, and makes the class data archive of the JDK that runs this. Run"
          + " it again after the JDK was changed: with another one the script works, and starts"
          + " slower."
    },
    footer = "  java -jar claviger-cli-0.1.0-SNAPSHOT.jar install --prefix \"$HOME/.local\"")
final class InstallCommand implements Callable<Integer> {
  private final Shell shell;

  @Option(
      names = "--prefix",
      paramLabel = "PREFIX",
      description = "Folder to install below; /usr/local by default.")
  private Path prefix = Path.of("/usr/local");

  InstallCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() throws InterruptedException {
    Path base = prefix.toAbsolutePath().normalize();
    Path jar = base.resolve("lib/claviger/claviger.jar");
    Path archive = jar.resolveSibling("claviger.jsa");
    Path script = base.resolve("bin/claviger");
    Path completion = base.resolve("share/bash-completion/completions/claviger");
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    try {
      Path own = ownJar();
      if (!Files.exists(jar) || !Files.isSameFile(jar, own)) {
        replace(jar, fresh -> Files.copy(own, fresh));
      }
      replace(archive, fresh -> makeArchive(java, jar, fresh));
      write(script, text("claviger.sh").replace("@JAVA@", java.toString()), "rwxr-xr-x");
      write(completion, CompletionCommand.script(shell), "rw-r--r--");
    } catch (IOException e) {
      throw LocalFiles.unwritable(prefix.toString(), e);
    }
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("script", script.toString());
    data.put("jar", jar.toString());
    data.put("archive", archive.toString());
    shell.result(data, out -> out.println("installed " + script));
    return ExitCode.OK.status();
  }

  private static Path ownJar() {
    try {
      CodeSource source = InstallCommand.class.getProtectionDomain().getCodeSource();
      Path jar = source == null ? Path.of("") : Path.of(source.getLocation().toURI());
      if (Files.isRegularFile(jar)) {
        return jar;
      }
    } catch (URISyntaxException e) {
      // reported below: whatever this is, it is no jar
    }
    throw new CommandException(
        ExitCode.REFUSED, "this does not run from a jar; run java -jar claviger-cli-..jar install");
  }

  /** Makes a file that is not there. */
  @FunctionalInterface
  private interface Making {
    void at(Path fresh) throws IOException, InterruptedException;
  }

  /** A jar that a JVM has open must not change: the old file stays until it ends. */
  private static void replace(Path target, Making making) throws IOException, InterruptedException {
    Files.createDirectories(target.resolveSibling(""));
    Path fresh = target.resolveSibling(target.getFileName() + ".new");
    Files.deleteIfExists(fresh);
    try (Cleanups.Open open = Cleanups.register(() -> delete(fresh))) {
      making.at(fresh);
      open.commit(() -> move(fresh, target));
    } catch (UncheckedIOException e) {
      throw Objects.requireNonNull(e.getCause());
    }
  }

  private static void move(Path fresh, Path target) {
    try {
      Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path fresh) {
    try {
      Files.deleteIfExists(fresh);
    } catch (IOException e) {
      System.err.println(fresh + " is incomplete and could not be deleted; delete it");
    }
  }

  private static void write(Path file, String content, String mode)
      throws IOException, InterruptedException {
    replace(
        file,
        fresh -> {
          Files.writeString(fresh, content);
          Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString(mode));
        });
  }

  private static String text(String resource) throws IOException {
    try (InputStream in = InstallCommand.class.getResourceAsStream(resource)) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** A run of {@link TrainCommand} loads what commands need; the JVM writes it down at its end. */
  private static void makeArchive(Path java, Path jar, Path fresh)
      throws IOException, InterruptedException {
    Process training =
        new ProcessBuilder(
                List.of(
                    java.toString(),
                    "-Xlog:disable",
                    "-XX:+UseSerialGC",
                    "-XX:ArchiveClassesAtExit=" + fresh,
                    "-jar",
                    jar.toString(),
                    "train"))
            .redirectErrorStream(true)
            .start();
    try (Cleanups.Open ending = Cleanups.register(training::destroy)) {
      training.getOutputStream().close();
      byte[] said = training.getInputStream().readAllBytes();
      if (training.waitFor() != 0 || !Files.exists(fresh)) {
        throw new CommandException(
            ExitCode.INTERNAL,
            "the class data archive was not made: "
                + new String(said, StandardCharsets.UTF_8).strip());
      }
      ending.commit(() -> {});
    }
  }
}
