package io.claviger.e2e.spark;

import io.claviger.bulk.spark.Main;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A job over a whole bucket as users submit it: the jars of the artifact, two executors. */
public final class SparkSubmit implements AutoCloseable {
  /** What {@code --packages io.claviger:claviger-bulk-spark} would bring. */
  private static final Pattern NEEDED =
      Pattern.compile(
          "(claviger-(provider|s3-interceptor|bulk)-|caffeine-|bcprov-|vault-java-driver|reactive-streams-"
              + "|http(core|client)).*\\.jar");

  private static final Pattern NOT_OF_SDK =
      Pattern.compile(".*(netty|url-connection|crt|transfer-manager|kms).*");
  private static final String EXECUTOR = "CoarseGrainedExecutorBackend";

  private final Map<String, String> settings = new TreeMap<>();
  private final Path folder;
  private Process process;

  /**
   * @param folder for what Spark writes and says
   */
  public SparkSubmit(Path folder) throws IOException {
    this.folder = Files.createDirectories(folder);
    setting("spark.ui.enabled", "false");
    setting("spark.executor.memory", "700m");
    setting("spark.log.level", "INFO");
  }

  public SparkSubmit setting(String name, String value) {
    settings.put(name, value);
    return this;
  }

  private static String jars() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(SparkSubmit::isNeeded)
        .collect(Collectors.joining(","));
  }

  private static boolean isNeeded(String entry) {
    String name = Path.of(entry).getFileName().toString();
    boolean sdk = entry.contains("software/amazon/awssdk") && !NOT_OF_SDK.matcher(name).matches();
    return sdk || NEEDED.matcher(name).matches() && !name.contains("tests");
  }

  private static Path installed() throws IOException {
    Path libraries = PySpark.HOME.resolve("venv/lib");
    try (Stream<Path> versions = Files.list(libraries)) {
      return versions
          .map(python -> python.resolve("site-packages/pyspark"))
          .filter(Files::isDirectory)
          .findFirst()
          .orElseThrow(() -> new IOException("PySpark is missing below " + libraries));
    }
  }

  /** Starts the job. */
  public SparkSubmit start(String... args) throws IOException, URISyntaxException {
    Path main = Path.of(Main.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    List<String> command = new ArrayList<>();
    Path spark = installed();
    command.add(spark.resolve("bin/spark-submit").toString());
    command.addAll(List.of("--master", PySpark.CLUSTER, "--class", Main.class.getName()));
    command.addAll(List.of("--jars", jars()));
    settings.forEach((name, value) -> command.addAll(List.of("--conf", name + "=" + value)));
    command.add(main.toString());
    command.addAll(List.of(args));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectError(folder.resolve("err").toFile())
            .redirectOutput(folder.resolve("out").toFile());
    Map<String, String> variables = builder.environment();
    variables.put("SPARK_HOME", spark.toString());
    variables.put("JAVA_HOME", PySpark.jdk());
    variables.put("SPARK_LOCAL_IP", "127.0.0.1");
    variables.put("SPARK_WORKER_DIR", folder.toString());
    variables.put("AWS_ACCESS_KEY_ID", "claviger");
    variables.put("AWS_SECRET_ACCESS_KEY", "claviger-e2e");
    process = builder.start();
    return this;
  }

  /** Returns the executors that are alive. */
  public List<ProcessHandle> executors() {
    return process
        .descendants()
        .filter(each -> each.info().commandLine().orElse("").contains(EXECUTOR))
        .filter(each -> !each.info().command().orElse("").endsWith("bash"))
        .toList();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** Kills driver and executors (SIGKILL). */
  public void kill() throws InterruptedException {
    List<ProcessHandle> all = process.descendants().toList();
    process.destroyForcibly().waitFor();
    all.forEach(ProcessHandle::destroyForcibly);
  }

  /** Waits for the end and returns what the job printed. */
  public String output() throws IOException, InterruptedException {
    if (!process.waitFor(15, TimeUnit.MINUTES) || process.exitValue() != 0) {
      throw new IOException("the job failed:\n" + log() + Files.readString(folder.resolve("out")));
    }
    return Files.readString(folder.resolve("out"));
  }

  /** Returns what Spark said so far. */
  public String log() throws IOException {
    return Files.readString(folder.resolve("err"));
  }

  @Override
  public void close() throws InterruptedException {
    kill();
  }
}
