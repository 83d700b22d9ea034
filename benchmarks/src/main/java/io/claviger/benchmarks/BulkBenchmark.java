package io.claviger.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import io.claviger.bulk.Clients;
import io.claviger.bulk.Job;
import io.claviger.bulk.Limits;
import io.claviger.bulk.Plan;
import io.claviger.bulk.RunResult;
import io.claviger.bulk.audit.AuditJob;
import io.claviger.bulk.rewrap.RewrapJob;
import io.claviger.bulk.run.BulkRunner;
import io.claviger.bulk.source.ListingSource;
import io.claviger.jca.ClavigerProvider;
import io.claviger.service.KmsManager;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * Jobs over a bucket of small objects beside the same requests sent by a plain client with as many
 * threads, in interleaved rounds against a real MinIO, which {@code benchmarks/bulk.sh} starts.
 * Arguments: rounds; objects; endpoint.
 */
public final class BulkBenchmark {
  private static final String BUCKET = "bulk";
  private static final int THREADS = 16;

  /** One way of a row. */
  private interface Way {
    void run() throws Exception;
  }

  private final int rounds;
  private final int objects;
  private final Path folder = Files.createTempDirectory("claviger-bulk-bench");
  private final KmsManager keys;
  private final Clients clients;
  private final PlainRequests plain;
  private final CountedConnections ours;
  private final CountedConnections theirs;
  private int runs;

  private BulkBenchmark(int rounds, int objects, URI endpoint) throws IOException {
    this.rounds = rounds;
    this.objects = objects;
    this.ours = CountedConnections.over(Wire.to(endpoint).apache());
    this.theirs = CountedConnections.over(Wire.to(endpoint).apache());
    Wire wire = Wire.to(endpoint);
    ClavigerProvider provider = BenchKeys.created(folder.resolve("keys"));
    this.keys = provider.serviceManager().manager();
    Wire own = new Wire(endpoint, ours, ours, wire.netty());
    this.clients = Clients.of(Kind.PLAIN.sync(own, provider), Kind.OURS.sync(own, provider));
    Wire other = new Wire(endpoint, theirs, theirs, wire.netty());
    this.plain = new PlainRequests(Kind.PLAIN.sync(other, provider), BUCKET, THREADS);
  }

  public static void main(String[] args) throws Exception {
    BulkBenchmark benchmark =
        new BulkBenchmark(
            Integer.parseInt(args[0]), Integer.parseInt(args[1]), URI.create(args[2]));
    benchmark.put();
    benchmark.rows();
    System.exit(0);
  }

  private void put() throws Exception {
    S3Client sealing = clients.sealing("the objects");
    sealing.createBucket(b -> b.bucket(BUCKET));
    ExecutorService working = Executors.newFixedThreadPool(THREADS);
    List<Future<?>> all = new ArrayList<>();
    for (int i = 0; i < objects; i++) {
      String key = "objects/%03d/%06d".formatted(i % 100, i);
      all.add(
          working.submit(
              () ->
                  sealing.putObject(b -> b.bucket(BUCKET).key(key), RequestBody.fromString(key))));
    }
    for (Future<?> each : all) {
      each.get();
    }
    working.shutdown();
  }

  private void rows() throws Exception {
    System.out.printf(
        "%d objects, %d threads, %d rounds after one that does not count; medians in s%n",
        objects, THREADS, rounds);
    row("audit", () -> run(AuditJob.DEFAULT), plain::audit, () -> {});
    row("rewrap, nothing to do", () -> run(RewrapJob.toCurrentVersions()), plain::heads, () -> {});
    row("rewrap", () -> run(RewrapJob.toCurrentVersions()), plain::copies, this::rotate);
  }

  private void rotate() {
    keys.rotateKey(BenchKeys.KEY);
  }

  private void run(Job job) throws IOException {
    Plan plan = new Plan(ListingSource.ofBucket(BUCKET), job, Limits.DEFAULT.threads(THREADS, 4));
    RunResult result = BulkRunner.with(clients).run(plan, folder.resolve("run" + runs++));
    if (!result.complete() || result.counts().units() != objects) {
      throw new IllegalStateException(result.counts() + result.stopped());
    }
  }

  private void row(String name, Way own, Way other, Way before) throws Exception {
    List<Double> ownTimes = new ArrayList<>();
    List<Double> otherTimes = new ArrayList<>();
    List<Double> ratios = new ArrayList<>();
    double ownCpu = 0;
    double otherCpu = 0;
    Map<String, Integer> ownRequests = Map.of();
    Map<String, Integer> otherRequests = Map.of();
    for (int round = 0; round <= rounds; round++) {
      before.run();
      boolean ownFirst = round % 2 == 0;
      double otherTime = ownFirst ? 0 : seconds(other);
      double cpuBefore = cpuSeconds();
      double ownTime = seconds(own);
      double cpuBetween = cpuSeconds();
      otherTime = ownFirst ? seconds(other) : otherTime;
      ownRequests = ours.taken();
      otherRequests = theirs.taken();
      if (round > 0) {
        ownTimes.add(ownTime);
        otherTimes.add(otherTime);
        ratios.add(ownTime / otherTime);
      }
      if (round > 0 && ownFirst) {
        ownCpu += cpuBetween - cpuBefore;
        otherCpu += cpuSeconds() - cpuBetween;
      }
    }
    System.out.printf(
        "%s: plain %.2f, job %.2f, job / plain %.2f (%.2f to %.2f); CPU of this process, job / plain %.2f; requests plain %s, job %s%n",
        name,
        median(otherTimes),
        median(ownTimes),
        median(ratios),
        ratios.stream().min(Double::compare).orElseThrow(),
        ratios.stream().max(Double::compare).orElseThrow(),
        ownCpu / otherCpu,
        otherRequests,
        ownRequests);
  }

  private static double cpuSeconds() {
    OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    return system.getProcessCpuTime() / 1e9;
  }

  private static double seconds(Way way) throws Exception {
    long begun = System.nanoTime();
    way.run();
    return (System.nanoTime() - begun) / 1e9;
  }

  private static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    return sorted.get(sorted.size() / 2);
  }
}
