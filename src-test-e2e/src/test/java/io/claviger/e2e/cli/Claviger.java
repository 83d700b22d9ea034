package io.claviger.e2e.cli;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/**
 * Commands of the installed program. Those of {@link #run} share a JVM where their environment is
 * the same, since a suite needs many; {@link #process} is the start script, and a process each.
 */
public final class Claviger {
  private static final String JAVA =
      Path.of(System.getProperty("java.home"), "bin", "java").toString();
  private static final long SECONDS = 600;
  private static final long POLL_MILLIS = 20;
  private static final int MOST_JVMS = 3;

  /** The JVMs of commands by environment, that of the last command at the end. */
  private static final Map<Map<String, String>, CommandJvm> JVMS =
      new LinkedHashMap<>(16, 0.75f, true);

  private static Path script;

  private final Map<String, String> environment = new HashMap<>();
  private final List<String> options = new ArrayList<>();

  /** What a process did. */
  public record Result(int status, byte[] bytes, String err) {
    public String out() {
      return new String(bytes, StandardCharsets.UTF_8);
    }

    public Result expect(int wanted) {
      if (status != wanted) {
        throw new AssertionError(
            "status %d, expected %d%n%s%n%s".formatted(status, wanted, out(), err));
      }
      return this;
    }
  }

  /** Returns commands with keys in a folder, made when it is not there. */
  public static Claviger onFolder(Path keys) {
    return new Claviger()
        .with("CLAVIGER_BACKEND_TYPE", "Local")
        .with("CLAVIGER_KEY_DIR", keys.toAbsolutePath().toString())
        .with("CLAVIGER_MASTER_KEY", "passphrase")
        .with("CLAVIGER_ALLOW_INSECURE_DEV_DEFAULTS", "true");
  }

  /** Objects are in the store at {@code endpoint}. */
  public Claviger over(URI endpoint) {
    return with("AWS_ENDPOINT_URL_S3", endpoint.toString())
        .with("AWS_ACCESS_KEY_ID", "claviger")
        .with("AWS_SECRET_ACCESS_KEY", "claviger-e2e");
  }

  public Claviger with(String name, String value) {
    environment.put(name, value);
    return this;
  }

  /** Makes a key, by default the one that seals. */
  public Claviger withNewKey(String id) throws IOException, InterruptedException {
    with("CLAVIGER_DEFAULT_KEY_ID", id).run("key", "create", id).expect(0);
    return this;
  }

  /** An option of the JVM of {@link #process}. */
  public Claviger option(String option) {
    options.add(option);
    return this;
  }

  /** Returns the start script, installed once for all suites by the JDK that runs them. */
  public static synchronized Path script() throws IOException, InterruptedException {
    if (script == null) {
      Path prefix = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "installed");
      Process install =
          new ProcessBuilder(
                  JAVA,
                  "-jar",
                  System.getProperty("e2e.cli"),
                  "install",
                  "--prefix",
                  prefix.toString())
              .inheritIO()
              .start();
      if (exit(install) != 0) {
        throw new AssertionError("the installation failed");
      }
      script = prefix.resolve("bin/claviger");
    }
    return script;
  }

  /** Returns the process to be. */
  public ProcessBuilder process(String... args) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(script().toString()));
    command.addAll(List.of(args));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder
        .environment()
        .keySet()
        .removeIf(n -> n.matches("(CLAVIGER|RUSTFS|AWS|VAULT|JAVA|JDK)_.*"));
    builder.environment().putAll(environment);
    builder.environment().put("JAVA_OPTS", String.join(" ", options));
    return builder;
  }

  /**
   * Returns the process to be, which signals reach: a shell that runs the suite in the background
   * may have left SIGINT ignored, which processes inherit. GNU's env gives it back.
   */
  public ProcessBuilder withSignals(String... args) throws IOException, InterruptedException {
    ProcessBuilder builder = process(args);
    builder.command().addAll(0, List.of("env", "--default-signal=INT,TERM"));
    return builder;
  }

  public Result run(String... args) throws IOException, InterruptedException {
    return run(new byte[0], args);
  }

  /** As {@link #run(String...)}, with this on standard input. */
  public Result run(byte[] input, String... args) throws IOException, InterruptedException {
    return jvm().run(input, args);
  }

  private CommandJvm jvm() throws IOException, InterruptedException {
    Path installation = script().getParent().getParent();
    synchronized (JVMS) {
      Map<String, String> key = Map.copyOf(environment);
      CommandJvm running = JVMS.get(key);
      if (running == null) {
        if (JVMS.size() == MOST_JVMS) {
          JVMS.remove(JVMS.keySet().iterator().next()).close();
        }
        running = new CommandJvm(process().environment(), JAVA, installation);
        JVMS.put(key, running);
      }
      return running;
    }
  }

  /**
   * Waits for something that {@code process} does; fails when it ends before.
   *
   * @param shown the file of what it said, for the failure
   */
  public static void await(Process process, Path shown, Callable<Boolean> done) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
    while (!done.call()) {
      boolean ended = process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS);
      if (ended && !done.call() || System.nanoTime() - deadline > 0) {
        throw new AssertionError("it did not come to that:%n%s".formatted(Files.readString(shown)));
      }
    }
  }

  /** Waits for the end of a process and returns its status. */
  public static int exit(Process process) throws InterruptedException {
    if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("still running after " + SECONDS + " s");
    }
    return process.exitValue();
  }
}
