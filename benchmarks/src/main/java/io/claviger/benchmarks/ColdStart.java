package io.claviger.benchmarks;

import io.claviger.backend.memory.MemoryBackend;
import io.claviger.jca.ClavigerProvider;
import io.claviger.jca.KmsEnvelope;
import io.claviger.jca.KmsKey;
import io.claviger.service.KmsServiceManager;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The first 32 MiB of a fresh JVM, sealed 300 ms after the provider was first used (a client
 * connects meanwhile), with and without the warm-up; medians over as many JVMs as the argument
 * says, 9 by default, in turn.
 */
public final class ColdStart {
  private static final int MEBIBYTES = 32;
  private static final long CONNECTING_MILLIS = 300;

  private ColdStart() {}

  /** Runs the measurement, or with {@code child} one JVM of it. */
  public static void main(String[] args) throws Exception {
    if (args.length > 0 && args[0].equals("child")) {
      System.out.println(child());
      return;
    }
    int rounds = args.length == 0 ? 9 : Integer.parseInt(args[0]);
    List<Long> with = new ArrayList<>();
    List<Long> without = new ArrayList<>();
    for (int i = 0; i < rounds; i++) {
      with.add(spawn(true));
      without.add(spawn(false));
    }
    System.out.printf(
        "JDK %s, first %d MiB, median of %d: %d ms with warm-up, %d ms without%n",
        System.getProperty("java.version"), MEBIBYTES, rounds, median(with), median(without));
  }

  private static long median(List<Long> values) {
    Collections.sort(values);
    return values.get(values.size() / 2);
  }

  private static long spawn(boolean warmUp) throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dclaviger.warm_up=" + warmUp,
                "-cp",
                System.getProperty("java.class.path"),
                ColdStart.class.getName(),
                "child")
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return Long.parseLong(out.strip().lines().reduce("", (before, line) -> line));
  }

  private static long child() throws Exception {
    KmsServiceManager service = KmsServiceManager.running(MemoryBackend.create(), null);
    service.manager().createKey("k");
    KmsKey key = new ClavigerProvider(service).key("k");
    Thread.sleep(CONNECTING_MILLIS);
    byte[] piece = new byte[1 << 16];
    long begun = System.nanoTime();
    try (OutputStream out = KmsEnvelope.under(key).sealing(OutputStream.nullOutputStream())) {
      for (int i = 0; i < MEBIBYTES << 4; i++) {
        out.write(piece);
      }
    }
    return (System.nanoTime() - begun) / 1_000_000;
  }
}
