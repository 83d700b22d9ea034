package io.claviger.benchmarks;

import static io.claviger.benchmarks.SyncRows.LARGE;
import static io.claviger.benchmarks.SyncRows.MIB;

import io.claviger.jca.ClavigerProvider;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.function.DoubleSupplier;
import java.util.stream.Stream;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/** Rows of JVMs that do one thing: the first GET, and the smallest heap that does. */
final class FreshRows {
  private static final int FIRST = 32 * MIB;
  private static final List<Integer> HEAPS_MIB = List.of(32, 64, 128, 256, 512, 1024, 2048);

  private final URI endpoint;
  private final ClavigerProvider provider;
  private final Path keys;

  /** The keys of the provider are in the folder. */
  FreshRows(URI endpoint, ClavigerProvider provider, Path keys) {
    this.endpoint = endpoint;
    this.provider = provider;
    this.keys = keys;
  }

  /** The first GET of a fresh JVM, cold in everything: classes, cipher, connections. */
  void firstGet(Rounds rounds) {
    put(FIRST);
    List<DoubleSupplier> calls =
        Stream.of(Kind.values())
            .<DoubleSupplier>map(
                kind ->
                    () ->
                        millis(
                            FreshJvm.run(
                                List.of(), kind, "GET", endpoint, key(kind, FIRST), FIRST, keys)))
            .toList();
    String what = endpoint.getScheme() + " GET, first of a fresh JVM";
    rounds.measure(what, FIRST, Target.plus(300), 0, calls);
  }

  /** The smallest heap with which a PUT and a GET end well, one JVM for each that is tried. */
  void smallestHeaps() {
    put(LARGE);
    System.out.printf(
        "%nSmallest -Xmx of %s MiB for %d bytes over %s%n%-6s %8s %8s %8s%n",
        HEAPS_MIB, LARGE, endpoint.getScheme(), "call", "plain", "ours", "s3ec");
    for (String verb : List.of("PUT", "GET")) {
      System.out.printf("%-6s", verb);
      for (Kind kind : Kind.values()) {
        System.out.printf(" %8s", smallestHeap(kind, verb));
      }
      System.out.println();
    }
  }

  /** By halving: what a heap does, every larger one does. */
  private String smallestHeap(Kind kind, String verb) {
    String key = verb.equals("PUT") ? kind.label() + "/heap" : key(kind, LARGE);
    int enough = HEAPS_MIB.size();
    int tooSmall = -1;
    while (enough - tooSmall > 1) {
      int tried = (enough + tooSmall) / 2;
      List<String> options =
          List.of("-Xmx" + HEAPS_MIB.get(tried) + "m", "-XX:+ExitOnOutOfMemoryError");
      if (FreshJvm.run(options, kind, verb, endpoint, key, LARGE, keys).done()) {
        enough = tried;
      } else {
        tooSmall = tried;
      }
    }
    return enough < HEAPS_MIB.size() ? HEAPS_MIB.get(enough) + "m" : "more";
  }

  private static double millis(FreshJvm.Outcome outcome) {
    if (!outcome.done()) {
      throw new IllegalStateException("a fresh JVM failed: " + outcome.output());
    }
    return outcome.millis();
  }

  private void put(int size) {
    for (Kind kind : Kind.values()) {
      try (Wire wire = Wire.to(endpoint);
          S3Client client = kind.sync(wire, provider)) {
        client.putObject(
            b -> b.bucket(MinioBenchmark.BUCKET).key(key(kind, size)),
            RequestBody.fromBytes(new byte[size]));
      }
    }
  }

  private static String key(Kind kind, int size) {
    return kind.label() + "/fresh-" + size;
  }
}
