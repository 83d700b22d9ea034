package io.claviger.e2e.spark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** An installation of PySpark and the settings of one job. */
public final class PySpark {
  /** Two executors of one core each, in processes of their own. */
  public static final String CLUSTER = "local-cluster[2,1,1024]";

  static final String LOCAL = "local[1]";

  /** Jobs are over before the second compiler is worth what it costs. */
  private static final String FAST_START = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC";

  static final Path HOME = installed("home");
  private static final String JAR = System.getProperty("e2e.bundle");
  private static final String S3A = HOME.resolve("s3a") + "/*";

  private final Map<String, String> settings = new TreeMap<>();
  private final Map<String, String> variables = new TreeMap<>();
  private final String master;

  private PySpark(String master, URI store) {
    this.master = master;
    setting("spark.ui.enabled", "false");
    setting("spark.ui.showConsoleProgress", "false");
    setting("spark.executor.memory", "700m");
    setting("spark.driver.extraJavaOptions", FAST_START);
    setting("spark.executor.extraJavaOptions", FAST_START);
    setting("spark.sql.shuffle.partitions", "2");
    setting("spark.hadoop.fs.s3a.endpoint", store.toString());
    setting("spark.hadoop.fs.s3a.endpoint.region", "us-east-1");
    setting("spark.hadoop.fs.s3a.path.style.access", "true");
    setting("spark.hadoop.fs.s3a.access.key", "claviger");
    setting("spark.hadoop.fs.s3a.secret.key", "claviger-e2e");
    classPath(S3A);
  }

  /** S3A and the SDK on the class path, nothing of Claviger. */
  static PySpark plain(String master, URI store) {
    return new PySpark(master, store);
  }

  /** As docs/spark.md says, with the key in a file. */
  public static PySpark sealing(String master, URI store, Path key) {
    return new PySpark(master, store)
        .classPath(S3A + ":" + JAR)
        .setting("spark.plugins", "io.claviger.spark.ClavigerPlugin")
        .setting("spark.hadoop.fs.s3a.impl", "io.claviger.hadoop.SealedS3AFileSystem")
        .setting("spark.hadoop.fs.AbstractFileSystem.s3a.impl", "io.claviger.hadoop.SealedS3A")
        .setting("spark.hadoop.fs.s3a.claviger.backend_type", "Static")
        .setting("spark.hadoop.fs.s3a.claviger.key_id", "orders")
        .setting("spark.hadoop.fs.s3a.claviger.default_key_id", "orders")
        .setting("spark.hadoop.fs.s3a.claviger.secret_key_file", key.toString());
  }

  /** By the drop-in alone, which the environment of driver and executors configures. */
  static PySpark droppedIn(String master, URI store, Path key) {
    PySpark job = new PySpark(master, store).classPath(S3A + ":" + JAR);
    job.variables.put("CLAVIGER_BACKEND_TYPE", "Static");
    job.variables.put("CLAVIGER_KEY_ID", "orders");
    job.variables.put("CLAVIGER_DEFAULT_KEY_ID", "orders");
    job.variables.put("CLAVIGER_SECRET_KEY_FILE", key.toString());
    return job.setting("spark.plugins", "io.claviger.spark.ClavigerPlugin");
  }

  public PySpark setting(String name, String value) {
    settings.put(name, value);
    return this;
  }

  public PySpark without(String name) {
    settings.remove(name);
    return this;
  }

  /** The jar where users put it first: it comes in a class loader below the SDK's. */
  PySpark byJarsOnly() {
    return classPath(S3A).setting("spark.jars", JAR);
  }

  /** A table format as users bring it: by spark.jars, S3A and SDK in Spark's own class path. */
  PySpark format(String name) throws IOException {
    try (Stream<Path> jars = Files.list(installed(name))) {
      return setting(
          "spark.jars",
          jars.map(Path::toString)
              .filter(jar -> jar.endsWith(".jar"))
              .collect(Collectors.joining(",")));
    }
  }

  /** The second executor's command is the first one's, but for the jar. */
  PySpark secondExecutorWithoutJar(Path folder) throws IOException {
    Path java = Files.createDirectories(folder.resolve("bin")).resolve("java");
    Files.writeString(
        java,
        """
        #!/usr/bin/env bash
        args=() before= second= jar="JAR"
        for each in "$@"; do
          [ "$before" = --executor-id ] && [ "$each" = 1 ] && second=yes
          before=$each
        done
        for each in "$@"; do
          [ -z "$second" ] || each=${each//"$jar"/}
          args+=("$each")
        done
        exec JDK/bin/java "${args[@]}"
        """
            .replace("JAR", JAR)
            .replace("JDK", jdk()));
    if (!java.toFile().setExecutable(true)) {
      throw new IOException(java + " cannot be made executable");
    }
    return setting("spark.executorEnv.JAVA_HOME", folder.toString())
        .setting(
            "spark.scheduler.minRegisteredResourcesRatio", "1.0") // no task before both are there
        .setting("spark.scheduler.maxRegisteredResourcesWaitingTime", "600s");
  }

  private PySpark classPath(String entries) {
    return setting("spark.driver.extraClassPath", entries)
        .setting("spark.executor.extraClassPath", entries);
  }

  /** Runs the usual job over {@code bucket} and returns all that it and Spark said. */
  String run(String bucket) throws IOException, InterruptedException {
    return runScript("job.py", bucket);
  }

  /**
   * Runs a job and returns all that it and Spark said.
   *
   * @param job of the resources
   * @param args behind the master and in front of the settings
   */
  String runScript(String job, String... args) throws IOException, InterruptedException {
    try (Running running = start(job, args)) {
      if (!running.process().waitFor(15, TimeUnit.MINUTES)) {
        throw new IOException("the job still runs:\n" + running.said());
      }
      return running.said();
    }
  }

  /** Starts a job, as {@link #runScript} does. */
  public Running start(String job, String... args) throws IOException {
    Path output = Files.createTempFile("spark", ".log");
    List<String> command =
        new ArrayList<>(
            List.of(
                HOME.resolve("venv/bin/python").toString(),
                Path.of("src/test/resources/spark", job).toAbsolutePath().toString(),
                master));
    command.addAll(List.of(args));
    settings.forEach((name, value) -> command.add(name + "=" + value));
    Path work = Files.createTempDirectory("spark");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(work.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().putAll(variables);
    builder.environment().put("JAVA_HOME", jdk());
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    builder.environment().put("SPARK_WORKER_DIR", work.toString());
    return new Running(builder.start(), output);
  }

  /** A job that was started; closed, it and its executors end. */
  public record Running(Process process, Path output) implements AutoCloseable {
    /** Returns what it and Spark said so far. */
    public String said() throws IOException {
      return Files.readString(output);
    }

    @Override
    public void close() throws IOException, InterruptedException {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly().waitFor();
      Files.delete(output);
    }
  }

  /** What Spark supports: the JDK that the build runs on, not the one that tests run on. */
  static String jdk() {
    String home = System.getenv("JAVA_HOME");
    return home == null || home.isEmpty() ? System.getProperty("java.home") : home;
  }

  private static Path installed(String what) {
    try {
      Process script =
          new ProcessBuilder("env/spark.sh", what)
              .redirectError(Path.of("target", "spark.log").toFile())
              .start();
      String folder = new String(script.getInputStream().readAllBytes()).strip();
      if (script.waitFor() != 0) {
        throw new IllegalStateException(
            "Spark cannot be installed; see src-test-e2e/target/spark.log");
      }
      return Path.of(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while Spark was installed", e);
    }
  }
}
