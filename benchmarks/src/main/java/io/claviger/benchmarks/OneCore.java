package io.claviger.benchmarks;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;

/**
 * The JMH benchmarks' methods per second of processor time of one thread, in interleaved rounds:
 * for machines that others use too, where wall-clock figures say what the others do. Each round
 * runs every method once; ratios are of one round. Where others use the same core's other half, all
 * rows lose up to 40 % together for seconds: the last column is the round below which 95 % of them
 * lie, which says what an undisturbed core does. Arguments: number of rounds (31); a word that the
 * names of the methods to run contain.
 */
public final class OneCore {
  private static final long SLICE_NANOS = 100_000_000;
  private static final int WARM_UP_ROUNDS = 30;
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private OneCore() {}

  /** One thing measured: what one call counts for, and beside what it is set. */
  private record Subject(Callable<?> call, int perCall, String beside) {}

  public static void main(String[] args) throws Exception {
    int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 31;
    Map<String, Subject> subjects = subjects();
    subjects.keySet().removeIf(name -> args.length > 1 && !name.contains(args[1]));
    Map<String, double[]> rates = new LinkedHashMap<>();
    subjects.keySet().forEach(name -> rates.put(name, new double[rounds]));
    for (int round = -WARM_UP_ROUNDS; round < rounds; round++) {
      for (Map.Entry<String, Subject> subject : subjects.entrySet()) {
        double rate = rate(subject.getValue());
        if (round >= 0) {
          rates.get(subject.getKey())[round] = rate;
        }
      }
    }
    System.out.printf(
        "JDK %s, %d processors, %d rounds; per second of processor time%n",
        Runtime.version(), Runtime.getRuntime().availableProcessors(), rounds);
    System.out.printf(
        "%-28s %12s %12s %12s %7s %12s%n",
        "", "median", "quartile", "quartile", "ratio", "undisturbed");
    for (Map.Entry<String, Subject> subject : subjects.entrySet()) {
      double[] own = rates.get(subject.getKey());
      double[] beside = rates.get(subject.getValue().beside());
      System.out.printf(
          "%-28s %,12.0f %,12.0f %,12.0f %7s %,12.0f%n",
          subject.getKey(),
          quantile(own, 0.5),
          quantile(own, 0.25),
          quantile(own, 0.75),
          beside == null ? "" : "%.2f".formatted(medianRatio(own, beside)),
          quantile(own, 0.95));
    }
    System.exit(0); // services of the subjects still run
  }

  private static Map<String, Subject> subjects() throws Exception {
    Map<String, Subject> all = new LinkedHashMap<>();
    FloeBenchmark floe = new FloeBenchmark();
    floe.setUp();
    all.put("bare seal, 64 KiB", new Subject(floe::bareSeal, FloeBenchmark.SEGMENTS, ""));
    all.put(
        "FLOE seal, 64 KiB",
        new Subject(floe::floeSeal, FloeBenchmark.SEGMENTS, "bare seal, 64 KiB"));
    all.put("bare open, 64 KiB", new Subject(floe::bareOpen, FloeBenchmark.SEGMENTS, ""));
    all.put(
        "FLOE open, 64 KiB",
        new Subject(floe::floeOpen, FloeBenchmark.SEGMENTS, "bare open, 64 KiB"));
    all.put("bare generateDataKey", new Subject(new BareDataKey()::make, 1, ""));
    for (String backend : new String[] {"memory", "local"}) {
      KmsBenchmark kms = new KmsBenchmark();
      kms.backend = backend;
      kms.setUp();
      all.put(
          backend + ", generateDataKey",
          new Subject(kms::generateDataKey, 1, "bare generateDataKey"));
      all.put(backend + ", generate and open", new Subject(kms::generateAndOpen, 1, ""));
      all.put(backend + ", decrypt of a cached blob", new Subject(kms::decryptCached, 1, ""));
    }
    for (int kibibytes : new int[] {1, 16, 64}) {
      JcaBenchmark jca = new JcaBenchmark();
      jca.bytes = kibibytes << 10;
      jca.setUp();
      String gcm = "GCM %d KiB, ".formatted(kibibytes);
      all.put(gcm + "SunJCE", new Subject(jca::sunJce, 1, ""));
      all.put(gcm + "and clock", new Subject(jca::sunJceAndClock, 1, gcm + "SunJCE"));
      all.put(gcm + "opaque key", new Subject(jca::opaqueKey, 1, gcm + "SunJCE"));
      all.put(gcm + "new SunJCE", new Subject(jca::sunJceNewCipher, 1, ""));
      all.put(gcm + "new, opaque key", new Subject(jca::opaqueKeyNewCipher, 1, gcm + "new SunJCE"));
      String hmac = "HMAC %d KiB, ".formatted(kibibytes);
      all.put(hmac + "SunJCE", new Subject(jca::hmacSunJce, 1, ""));
      all.put(hmac + "opaque key", new Subject(jca::hmacOpaqueKey, 1, hmac + "SunJCE"));
    }
    records(all);
    EnvelopeBenchmark envelope = new EnvelopeBenchmark();
    envelope.setUp();
    envelope(all, "bare seal", envelope::bareSeal, "");
    envelope(all, "seal, 64 KiB pieces", envelope::sealSmallPieces, "bare seal");
    envelope(all, "seal, 1 MiB pieces", envelope::sealLargePieces, "bare seal");
    envelope(all, "bare seal, streams", envelope::bareSealStream, "");
    envelope(all, "seal, streams", envelope::sealStream, "bare seal, streams");
    envelope(all, "bare open", envelope::bareOpen, "");
    envelope(all, "open, 64 KiB pieces", envelope::openSmallPieces, "bare open");
    envelope(all, "open, 1 MiB pieces", envelope::openLargePieces, "bare open");
    envelope(all, "bare open, streams", envelope::bareOpenStream, "");
    envelope(all, "open, streams", envelope::openStream, "bare open, streams");
    return all;
  }

  private static void records(Map<String, Subject> all) throws Exception {
    RecordBenchmark record = new RecordBenchmark();
    record.setUp();
    all.put("record, bare GCM", new Subject(record::bareGcm, 1, ""));
    all.put("record, bare, new cipher", new Subject(record::bareGcmNewCipher, 1, ""));
    all.put("record, KmsGcm", new Subject(record::kmsGcm, 1, "record, bare, new cipher"));
    all.put("record, bare parts", new Subject(record::partsSeal, 1, "record, bare GCM"));
    all.put("record, envelope", new Subject(record::envelopeSeal, 1, "record, bare parts"));
    all.put("record, bare parts, open", new Subject(record::partsOpen, 1, "record, bare GCM"));
    all.put(
        "record, envelope, open", new Subject(record::envelopeOpen, 1, "record, bare parts, open"));
  }

  private static void envelope(
      Map<String, Subject> all, String name, Callable<?> call, String beside) {
    String prefix = "envelope, ";
    all.put(prefix + name, new Subject(call, EnvelopeBenchmark.SEGMENTS, prefix + beside));
  }

  private static double rate(Subject subject) throws Exception {
    long begun = THREADS.getCurrentThreadCpuTime();
    long spent = 0;
    long calls = 0;
    int batch = subject.perCall() > 1 ? 1 : 200;
    while (spent < SLICE_NANOS) {
      for (int i = 0; i < batch; i++) {
        if (subject.call().call() == null) {
          throw new IllegalStateException("nothing was done");
        }
      }
      calls += batch;
      spent = THREADS.getCurrentThreadCpuTime() - begun;
    }
    return calls * subject.perCall() * 1e9 / spent;
  }

  private static double medianRatio(double[] own, double[] beside) {
    double[] ratios = new double[own.length];
    Arrays.setAll(ratios, i -> own[i] / beside[i]);
    return quantile(ratios, 0.5);
  }

  private static double quantile(double[] values, double share) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[(int) Math.round((sorted.length - 1) * share)];
  }
}
