package io.claviger.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The program as users have it: installed from its jar, by the JDK that runs the tests. */
final class Installation {
  static final Path JAR = Path.of(System.getProperty("claviger.test.cli", "not given"));

  static final Path JAVA = Path.of(System.getProperty("java.home"), "bin", "java");
  private static final long SECONDS = 120;

  private static Installation shared;

  private final Path prefix;
  private final String said;

  private Installation(Path prefix, String said) {
    this.prefix = prefix;
    this.said = said;
  }

  /** Returns the one of all tests of this run, which they leave as it is. */
  static synchronized Installation shared() throws Exception {
    if (shared == null) {
      Path prefix = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "installed");
      List<String> install =
          List.of(JAVA.toString(), "-jar", JAR.toString(), "install", "--json", "--prefix");
      List<String> command = new ArrayList<>(install);
      command.add(prefix.toString());
      shared = new Installation(prefix, run(Map.of(), command).expect(0).out());
    }
    return shared;
  }

  /** Returns what the installation wrote, as JSON. */
  String said() {
    return said;
  }

  Path script() {
    return prefix.resolve("bin/claviger");
  }

  Path library(String name) {
    return prefix.resolve("lib/claviger").resolve(name);
  }

  Cli.Result run(Map<String, String> environment, String... args) throws Exception {
    List<String> command = new ArrayList<>(List.of(script().toString()));
    command.addAll(List.of(args));
    return run(environment, command);
  }

  static Cli.Result run(Map<String, String> environment, List<String> command) throws Exception {
    Path out = Files.createTempFile("claviger", ".out");
    Path err = Files.createTempFile("claviger", ".err");
    try {
      Process process =
          start(environment, command)
              .redirectOutput(out.toFile())
              .redirectError(err.toFile())
              .start();
      process.getOutputStream().close();
      if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError(command + " is still running");
      }
      return new Cli.Result(
          process.exitValue(),
          Files.readAllBytes(out),
          Files.readString(err, StandardCharsets.UTF_8));
    } finally {
      Files.delete(out);
      Files.delete(err);
    }
  }

  /** Returns a process to be, with none of the settings of the process that runs the tests. */
  static ProcessBuilder start(Map<String, String> environment, List<String> command)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder
        .environment()
        .keySet()
        .removeIf(
            n -> n.matches("(CLAVIGER|RUSTFS|AWS|VAULT|JAVA|JDK)_.*|NO_COLOR|(?i:[a-z]+_proxy)"));
    builder.environment().putAll(environment);
    return builder;
  }

  /** Returns the settings of a key folder. */
  static Map<String, String> keys(Path folder) {
    return Map.of(
        "CLAVIGER_BACKEND_TYPE", "Local",
        "CLAVIGER_KEY_DIR", folder.toAbsolutePath().toString(),
        "CLAVIGER_MASTER_KEY", "passphrase",
        "CLAVIGER_ALLOW_INSECURE_DEV_DEFAULTS", "true");
  }
}
