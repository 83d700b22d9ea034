package io.claviger.benchmarks;

import io.claviger.jca.ClavigerProvider;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Set;
import software.amazon.awssdk.core.util.VersionInfo;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * The plain client, ours and the Amazon S3 Encryption Client in one run against a real MinIO.
 * {@code benchmarks/minio.sh} starts the servers and this. Arguments: rounds; groups of rows,
 * separated by commas, or {@code all}; http endpoint; https endpoint.
 */
public final class MinioBenchmark {
  static final String BUCKET = "bench";
  private static final Set<String> GROUPS =
      Set.of("http", "https", "transfer", "link", "far", "fresh", "heap");

  private MinioBenchmark() {}

  public static void main(String[] args) throws IOException {
    Rounds rounds = new Rounds(Integer.parseInt(args[0]));
    Set<String> groups = args[1].equals("all") ? GROUPS : Set.of(args[1].split(","));
    if (!GROUPS.containsAll(groups)) {
      throw new IllegalArgumentException("groups are all or of " + GROUPS + ", not " + args[1]);
    }
    URI http = URI.create(args[2]);
    URI https = URI.create(args[3]);
    Path folder = Files.createTempDirectory("claviger-bench");
    Path keys = folder.resolve("keys");
    ClavigerProvider provider = BenchKeys.created(keys);
    for (URI endpoint : List.of(http, https)) {
      try (Wire wire = Wire.to(endpoint);
          S3Client plain = Kind.PLAIN.sync(wire, provider)) {
        plain.createBucket(b -> b.bucket(BUCKET));
      }
    }
    long begun = System.nanoTime();
    heading(rounds);
    for (URI endpoint : List.of(http, https)) {
      if (groups.contains(endpoint.getScheme())) {
        try (SyncRows rows = new SyncRows(rounds, endpoint, provider)) {
          rows.all();
        }
      }
    }
    if (groups.contains("transfer")) {
      transfer(rounds, https, provider, folder);
    }
    if (groups.contains("link")) {
      link(rounds, https, provider);
    }
    if (groups.contains("far")) {
      far(rounds, http, provider);
    }
    if (groups.contains("fresh")) {
      new FreshRows(https, provider, keys).firstGet(rounds);
    }
    if (groups.contains("heap")) {
      new FreshRows(https, provider, keys).smallestHeaps();
    }
    System.out.printf("%n%.0f s in all%n", (System.nanoTime() - begun) / 1e9);
    System.exit(0); // threads of the S3 Encryption Client would keep the JVM
  }

  private static void transfer(
      Rounds rounds, URI endpoint, ClavigerProvider provider, Path folder) {
    try (TransferRows rows = new TransferRows(rounds, endpoint, provider, folder);
        SyncRows sync = new SyncRows(rounds, endpoint, provider)) {
      rows.all(endpoint.getScheme(), Target.speed(0.9));
      sync.rangesOfParts();
    }
  }

  private static void link(Rounds rounds, URI endpoint, ClavigerProvider provider) {
    try (SlowLink link = SlowLink.to(endpoint);
        SyncRows rows = new SyncRows(rounds, link.endpoint(), provider)) {
      rows.whole(64 * SyncRows.MIB, Target.speed(0.97), endpoint.getScheme() + " 1 Gbit/s");
    }
  }

  private static void far(Rounds rounds, URI endpoint, ClavigerProvider provider) {
    try (FarLink link = FarLink.to(endpoint);
        SyncRows rows = new SyncRows(rounds, link.endpoint(), provider)) {
      rows.firstRangesOfParts();
    }
  }

  private static void heading(Rounds rounds) throws IOException {
    System.out.printf(
        "%s, JDK %s, %s %s, %s, %d processors, load %.1f before%n",
        LocalDate.now(),
        Runtime.version(),
        System.getProperty("os.name"),
        System.getProperty("os.arch"),
        processor(),
        Runtime.getRuntime().availableProcessors(),
        ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
    System.out.printf(
        "AWS SDK %s, S3 Encryption Client 4.0.1, MinIO on loopback; %d rounds in turning order,%n"
            + "warm: after %d more and 3 s, to 1 MiB after 40 s and ten times as many; cold range: a new client on warm connections; medians in ms%n%s%n",
        VersionInfo.SDK_VERSION, rounds.counted(), rounds.warmUps(), Rounds.HEADING);
  }

  private static String processor() throws IOException {
    Path cpus = Path.of("/proc/cpuinfo");
    if (!Files.isReadable(cpus)) {
      return "unknown processor";
    }
    return Files.readString(cpus)
        .lines()
        .filter(line -> line.startsWith("model name"))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst()
        .orElse("unknown processor");
  }
}
