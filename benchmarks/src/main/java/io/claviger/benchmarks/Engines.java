package io.claviger.benchmarks;

import io.claviger.backend.memory.MemoryBackend;
import io.claviger.jca.ClavigerProvider;
import io.claviger.jca.KmsEnvelope;
import io.claviger.service.KmsServiceManager;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.Provider;
import java.security.Security;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Engines ahead of the JDK's, in fresh JVMs that take turns: how long installing one takes, the
 * first 32 MiB that {@link KmsEnvelope} seals (without our warm-up), and what it seals and opens
 * when it is warm, per second of processor time. Argument: number of rounds, 5 by default.
 */
public final class Engines {
  private static final int MEBIBYTES = 32;
  private static final int SEGMENT = 1 << 16;
  private static final long WARM_UP_NANOS = 8_000_000_000L;
  private static final int WARM_ROUNDS = 15;
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private static final Map<String, String> ENGINES = new LinkedHashMap<>();

  static {
    ENGINES.put("SunJCE", "");
    ENGINES.put("ACCP", "com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider");
    ENGINES.put("Conscrypt", "org.conscrypt.OpenSSLProvider");
    ENGINES.put("BouncyCastle", "org.bouncycastle.jce.provider.BouncyCastleProvider");
  }

  private Engines() {}

  /** Runs the measurement, or with {@code child} one JVM of it. */
  public static void main(String[] args) throws Exception {
    if (args.length > 0 && args[0].equals("child")) {
      System.out.println(child(args.length > 1 ? args[1] : ""));
      System.exit(0);
    }
    int rounds = args.length == 0 ? 5 : Integer.parseInt(args[0]);
    Map<String, List<double[]>> measured = new LinkedHashMap<>();
    ENGINES.keySet().forEach(name -> measured.put(name, new ArrayList<>()));
    for (int round = 0; round < rounds; round++) {
      for (Map.Entry<String, String> engine : ENGINES.entrySet()) {
        measured.get(engine.getKey()).add(spawn(engine.getValue()));
      }
    }
    System.out.printf(
        "JDK %s, medians of %d JVMs in turn%n%-14s %12s %18s %18s %14s %14s%n",
        Runtime.version(),
        rounds,
        "",
        "install, ms",
        "first 32 MiB, ms",
        "processor time, ms",
        "seal, MiB/s",
        "open, MiB/s");
    measured.forEach(
        (name, runs) ->
            System.out.printf(
                "%-14s %,12.0f %,18.0f %,18.0f %,14.0f %,14.0f%n",
                name,
                median(runs, 0),
                median(runs, 1),
                median(runs, 2),
                median(runs, 3),
                median(runs, 4)));
  }

  private static double median(List<double[]> runs, int column) {
    return median(runs.stream().mapToDouble(run -> run[column]).toArray());
  }

  private static double median(double[] values) {
    Arrays.sort(values);
    return values[values.length / 2];
  }

  private static double[] spawn(String engine) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-Dclaviger.warm_up=false",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
                "-cp",
                System.getProperty("java.class.path"),
                Engines.class.getName(),
                "child"));
    if (!engine.isEmpty()) {
      command.add(engine);
    }
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    String line = out.strip().lines().reduce("", (before, last) -> last);
    return Arrays.stream(line.split(" ")).mapToDouble(Double::parseDouble).toArray();
  }

  private static String child(String engine) throws Exception {
    long begun = System.nanoTime();
    if (!engine.isEmpty()) {
      Security.insertProviderAt(
          Class.forName(engine).asSubclass(Provider.class).getDeclaredConstructor().newInstance(),
          1);
    }
    double install = (System.nanoTime() - begun) / 1e6;
    KmsServiceManager service = KmsServiceManager.running(MemoryBackend.create(), null);
    service.manager().createKey("k");
    KmsEnvelope envelope = KmsEnvelope.under(new ClavigerProvider(service).key("k"));
    byte[] plain = new byte[MEBIBYTES << 20];

    begun = System.nanoTime();
    long spent = THREADS.getCurrentThreadCpuTime();
    try (OutputStream out = envelope.sealing(OutputStream.nullOutputStream())) {
      for (int at = 0; at < plain.length; at += SEGMENT) {
        out.write(plain, at, SEGMENT);
      }
    }
    double first = (System.nanoTime() - begun) / 1e6;
    double firstSpent = (THREADS.getCurrentThreadCpuTime() - spent) / 1e6;

    byte[] message = envelope.seal(plain);
    for (long until = System.nanoTime() + WARM_UP_NANOS; System.nanoTime() < until; ) {
      seal(envelope, plain);
      open(envelope, message);
    }
    double[] seals = new double[WARM_ROUNDS];
    double[] opens = new double[WARM_ROUNDS];
    for (int i = 0; i < WARM_ROUNDS; i++) {
      seals[i] = seal(envelope, plain);
      opens[i] = open(envelope, message);
    }
    return "%f %f %f %f %f".formatted(install, first, firstSpent, median(seals), median(opens));
  }

  private static double seal(KmsEnvelope envelope, byte[] plain) throws IOException {
    long spent = THREADS.getCurrentThreadCpuTime();
    envelope.seal(new ByteArrayInputStream(plain), OutputStream.nullOutputStream());
    return MEBIBYTES * 1e9 / (THREADS.getCurrentThreadCpuTime() - spent);
  }

  private static double open(KmsEnvelope envelope, byte[] message) throws IOException {
    long spent = THREADS.getCurrentThreadCpuTime();
    envelope.open(new ByteArrayInputStream(message), OutputStream.nullOutputStream());
    return MEBIBYTES * 1e9 / (THREADS.getCurrentThreadCpuTime() - spent);
  }
}
