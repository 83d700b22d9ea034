package io.claviger.cli;

import io.claviger.cli.shell.Shell;
import io.claviger.cli.shell.Terminal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Runs commands in this JVM, as {@link Main} does, with settings as system properties, which win
 * over whatever environment the tests run in.
 */
final class Cli {
  private static final String PREFIX = "claviger.";

  static {
    // a passphrase in a property is warned of; here it is the tests' way
    System.setProperty("org.slf4j.simpleLogger.log.io.claviger", "error");
  }

  private final Map<String, String> settings = new HashMap<>();
  private byte[] input = {};

  /** What a command did. */
  record Result(int status, byte[] bytes, String err) {
    String out() {
      return new String(bytes, StandardCharsets.UTF_8);
    }

    Result expect(int wanted) {
      if (status != wanted) {
        throw new AssertionError(
            "status %d, expected %d%n%s%n%s".formatted(status, wanted, out(), err));
      }
      return this;
    }
  }

  /** Returns commands on a key folder under the passphrase {@code passphrase}. */
  static Cli onFolder(Path keys) {
    return new Cli()
        .with("backend_type", "Local")
        .with("key_dir", keys.toAbsolutePath().toString())
        .with("master_key", "passphrase")
        .with("allow_insecure_dev_defaults", "true");
  }

  Cli with(String name, String value) {
    settings.put(PREFIX + name, value);
    return this;
  }

  Cli without(String name) {
    settings.remove(PREFIX + name);
    return this;
  }

  Cli input(byte[] bytes) {
    input = bytes;
    return this;
  }

  Cli input(String text) {
    return input(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Returns a command line of {@code first} and what comes behind. */
  static String[] words(String[] behind, String... first) {
    return Stream.of(first, behind).flatMap(Arrays::stream).toArray(String[]::new);
  }

  Result run(String... args) {
    return run(Terminal.NONE, args);
  }

  /** As {@link #run}, with these streams being a terminal. */
  Result run(Terminal terminal, String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int status = run(new Shell(new ByteArrayInputStream(input), out, err, terminal), args);
    return new Result(status, out.toByteArray(), err.toString(StandardCharsets.UTF_8));
  }

  /** Runs a command over these streams, and returns its status. */
  int run(Shell shell, String... args) {
    Map<String, String> before = new HashMap<>();
    settings.forEach((name, value) -> before.put(name, System.setProperty(name, value)));
    try {
      return CommandLines.run(shell, args);
    } finally {
      before.forEach(
          (name, value) -> {
            if (value == null) {
              System.clearProperty(name);
            } else {
              System.setProperty(name, value);
            }
          });
    }
  }
}
