package io.claviger.e2e.cli;

import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * One JVM in which many commands run: starting one for each command is most of what a suite of
 * commands costs. Its environment is that of the commands.
 */
final class CommandJvm implements AutoCloseable {
  private static final long SECONDS = 600;

  private final DataOutputStream to;
  private final DataInputStream from;

  CommandJvm(Map<String, String> environment, String java, Path installation) throws IOException {
    Path library = installation.resolve("lib/claviger");
    Path classes = Path.of("target/test-classes").toAbsolutePath();
    ProcessBuilder builder =
        new ProcessBuilder(
            java,
            "-Xmx384m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:SharedArchiveFile=" + library.resolve("claviger.jsa"),
            "-Xlog:disable",
            "-cp",
            library.resolve("claviger.jar") + ":" + classes,
            CommandLoop.class.getName());
    builder.environment().clear();
    builder.environment().putAll(environment);
    Process process = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    to = new DataOutputStream(new BufferedOutputStream(process.getOutputStream()));
    from = new DataInputStream(process.getInputStream());
  }

  /** Runs a command; one at a time. */
  synchronized Claviger.Result run(byte[] input, String... args) throws IOException {
    to.writeInt(args.length);
    for (String arg : args) {
      write(arg.getBytes(StandardCharsets.UTF_8));
    }
    write(input);
    to.flush();
    return CompletableFuture.supplyAsync(this::result).orTimeout(SECONDS, TimeUnit.SECONDS).join();
  }

  private void write(byte[] bytes) throws IOException {
    to.writeInt(bytes.length);
    to.write(bytes);
  }

  private Claviger.Result result() {
    try {
      int status = from.readInt();
      byte[] out = from.readNBytes(from.readInt());
      byte[] err = from.readNBytes(from.readInt());
      return new Claviger.Result(status, out, new String(err, StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException("the JVM of the commands ended", e);
    }
  }

  /** Ends it: no further command comes. */
  @Override
  public void close() throws IOException {
    to.close();
  }
}
