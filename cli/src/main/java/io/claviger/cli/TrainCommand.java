package io.claviger.cli;

import io.claviger.cli.shell.CommandException;
import io.claviger.cli.shell.ExitCode;
import io.claviger.cli.shell.Shell;
import io.claviger.cli.shell.Terminal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;

/**
 * Runs the usual commands once on made-up keys, in a temporary folder, for the class data archive
 * of the installation. Uses nothing of the caller's configuration.
 */
@Command(name = "train", hidden = true, header = "run the usual commands once, for install")
final class TrainCommand implements Callable<Integer> {
  @Override
  public Integer call() throws IOException {
    Path folder = Files.createTempDirectory("claviger-train");
    System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "error");
    try (TrainStore store = new TrainStore()) {
      System.setProperty("aws.accessKeyId", "training");
      System.setProperty("aws.secretAccessKey", "training");
      List<String> at = List.of("--endpoint-url", store.endpoint(), "--region", "us-east-1");
      Map.of(
              "backend_type", "Local",
              "key_dir", folder.resolve("keys").toString(),
              "master_key", "training",
              "allow_insecure_dev_defaults", "true",
              "default_key_id", "training")
          .forEach((name, value) -> System.setProperty("claviger." + name, value));
      Path plain = Files.writeString(folder.resolve("plain"), "training");
      String sealed = folder.resolve("sealed").toString();
      for (List<String> command :
          List.of(
              List.of("help"),
              List.of("help", "key", "create"),
              List.of("key", "create", "training"),
              List.of("key", "list"),
              List.of("key", "describe", "training", "--json"),
              List.of("encrypt", plain.toString(), sealed),
              List.of("decrypt", sealed, "-"),
              List.of("which", "s3://training/object"),
              with(at, "put", plain.toString(), "s3://training/object"),
              with(at, "ls", "s3://training/"),
              with(at, "cat", "s3://training/object"))) {
        run(command);
      }
    } finally {
      delete(folder);
    }
    return ExitCode.OK.status();
  }

  private static List<String> with(List<String> more, String... command) {
    return Stream.concat(Stream.of(command), more.stream()).toList();
  }

  private static void run(List<String> command) {
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    Shell quiet =
        new Shell(
            new ByteArrayInputStream(new byte[0]),
            new ByteArrayOutputStream(),
            said,
            Terminal.NONE);
    if (CommandLines.run(quiet, command.toArray(new String[0])) != ExitCode.OK.status()) {
      throw new CommandException(
          ExitCode.INTERNAL, command + ": " + said.toString(StandardCharsets.UTF_8).strip());
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(each);
      }
    }
  }
}
