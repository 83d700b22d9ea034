package io.claviger.benchmarks;

import io.claviger.jca.ClavigerProvider;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * One call in a JVM of its own. Arguments of the child: kind of client, PUT or GET, endpoint, key,
 * bytes, key folder. It prints the milliseconds from making the client to the last byte.
 */
public final class FreshJvm {
  private static final long MOST_SECONDS = 30;

  private FreshJvm() {}

  /** What became of a call: its milliseconds, or what it failed with. */
  record Outcome(boolean done, double millis, String output) {}

  public static void main(String[] args) throws IOException {
    Kind kind = Kind.valueOf(args[0]);
    String key = args[3];
    long bytes = Long.parseLong(args[4]);
    ClavigerProvider provider = BenchKeys.opened(Path.of(args[5]));
    Wire wire = Wire.to(URI.create(args[2]));
    long begun = System.nanoTime();
    S3Client client = kind.sync(wire, provider);
    if (args[1].equals("PUT")) {
      client.putObject(
          b -> b.bucket(MinioBenchmark.BUCKET).key(key),
          RequestBody.fromContentProvider(
              () -> new Zeros(bytes), bytes, "application/octet-stream"));
    } else {
      try (InputStream in = client.getObject(b -> b.bucket(MinioBenchmark.BUCKET).key(key))) {
        long read = in.transferTo(OutputStream.nullOutputStream());
        if (read != bytes) {
          throw new IllegalStateException("read " + read + " bytes");
        }
      }
    }
    System.out.println("millis " + SyncRows.millisSince(begun));
    System.exit(0); // threads of the S3 Encryption Client would keep the JVM
  }

  /**
   * Makes the call in a JVM with these options; one that takes longer than half a minute is ended.
   */
  static Outcome run(
      List<String> options,
      Kind kind,
      String verb,
      URI endpoint,
      String key,
      long bytes,
      Path keys) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.add("-Dorg.slf4j.simpleLogger.defaultLogLevel=error");
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(FreshJvm.class.getName());
    command.addAll(List.of(kind.name(), verb, endpoint.toString(), key, Long.toString(bytes)));
    command.add(keys.toString());
    try {
      Path output = Files.createTempFile("claviger-bench", ".out");
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      boolean ended = process.waitFor(MOST_SECONDS, TimeUnit.SECONDS);
      if (!ended) {
        process.destroyForcibly().waitFor();
      }
      String said = Files.readString(output, StandardCharsets.UTF_8);
      Files.delete(output);
      double millis =
          said.lines()
              .filter(line -> line.startsWith("millis "))
              .mapToDouble(line -> Double.parseDouble(line.substring(7)))
              .findFirst()
              .orElse(-1);
      return new Outcome(ended && process.exitValue() == 0 && millis >= 0, millis, said);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Bytes that take no memory. */
  private static final class Zeros extends InputStream {
    private long left;

    Zeros(long bytes) {
      left = bytes;
    }

    @Override
    public int read() {
      return left-- > 0 ? 0 : -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) {
      if (left <= 0) {
        return -1;
      }
      int given = (int) Math.min(length, left);
      Arrays.fill(target, offset, offset + given, (byte) 0);
      left -= given;
      return given;
    }
  }
}
