package io.claviger.autoload;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Runs a main class in a JVM of its own. */
final class Program {
  private final List<String> classPath = new ArrayList<>();
  private final List<Path> modulePath = new ArrayList<>();
  private final List<String> options = new ArrayList<>();

  private Program(List<String> classPath) {
    this.classPath.addAll(classPath);
  }

  /** With the class path of this test: application, SDK, Claviger, the drop-in's resource. */
  static Program here() {
    return new Program(List.of(System.getProperty("java.class.path").split(File.pathSeparator)));
  }

  static Program of(Path jar) {
    return new Program(List.of(jar.toString()));
  }

  static Program of(List<String> classPath) {
    return new Program(classPath);
  }

  /** The same without the drop-in's resources. */
  static Program withoutDropIn() {
    return new Program(here().classPath.stream().filter(e -> !isDropIn(e)).toList());
  }

  /** With no logger that slf4j could find. */
  static Program withoutLogger() {
    return new Program(
        here().classPath.stream()
            .filter(e -> !Path.of(e).getFileName().toString().matches("(logback|slf4j-simple).*"))
            .toList());
  }

  /** Whether an entry of the class path is the drop-in's jar, or its folder inside the build. */
  static boolean isDropIn(String entry) {
    Path path = Path.of(entry);
    return path.getFileName().toString().startsWith("claviger-s3-autoload")
        || path.endsWith(Path.of("s3-autoload", "target", "classes"));
  }

  /** With every jar as a module and {@code main} a class of the module {@code application}. */
  static Program ofModules(List<Path> jars) {
    Program program = new Program(List.of());
    program.modulePath.addAll(jars);
    return program;
  }

  Program andAlso(Path more) {
    classPath.add(more.toString());
    return this;
  }

  Program addModules(String names) {
    options.add("--add-modules=" + names);
    return this;
  }

  Program property(String name, String value) {
    options.add("-D" + name + "=" + value);
    return this;
  }

  Program properties(Map<String, String> all) {
    all.forEach(this::property);
    return this;
  }

  /** Returns all that {@code main}, a class or MODULE/CLASS, wrote. */
  String run(String main, String... args) throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("program");
    Path output = folder.resolve("output");
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx256m"));
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")); // short lives
    command.add("-Djava.io.tmpdir=" + folder); // what it leaves goes with it
    command.addAll(options);
    if (modulePath.isEmpty()) {
      command.add("-cp");
      command.add(String.join(File.pathSeparator, classPath));
    } else {
      command.add("-p");
      command.add(
          modulePath.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator)));
      command.add("-m");
    }
    command.add(main);
    command.addAll(List.of(args));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
    builder
        .environment()
        .keySet()
        .removeIf(n -> n.startsWith("CLAVIGER") || n.startsWith("RUSTFS"));
    Process process = builder.start();
    try {
      if (!process.waitFor(10, TimeUnit.MINUTES)) {
        throw new IOException("still running: " + Files.readString(output, StandardCharsets.UTF_8));
      }
      return Files.readString(output, StandardCharsets.UTF_8);
    } finally {
      process.destroyForcibly().waitFor();
      delete(folder);
    }
  }

  /** What a server still writes stays. */
  static void delete(Path folder) {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException | UncheckedIOException e) {
      System.err.println("not all of " + folder + " was deleted: " + e);
    }
  }
}
