package io.claviger.benchmarks;

import io.claviger.backend.memory.MemoryBackend;
import io.claviger.jca.ClavigerProvider;
import io.claviger.service.KmsServiceManager;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.util.List;
import java.util.Random;
import software.amazon.awssdk.core.sync.RequestBody;

/**
 * The plain client, ours and the Amazon S3 Encryption Client in one run against a real MinIO.
 * {@code benchmarks/minio.sh} starts the servers and this. Arguments: rounds, http endpoint, https
 * endpoint.
 */
public final class MinioBenchmark {
  private static final String BUCKET = "bench";
  private static final int KIB_64 = 64 << 10;
  private static final int MIB = 1 << 20;
  private static final int LARGE = 256 * MIB;

  private MinioBenchmark() {}

  public static void main(String[] args) {
    int rounds = Integer.parseInt(args[0]);
    KmsServiceManager kms = KmsServiceManager.running(MemoryBackend.create(), "k");
    kms.manager().createKey("k");
    ClavigerProvider provider = new ClavigerProvider(kms);
    System.out.printf(
        "JDK %s, %s, %d processors, %s, %d rounds, load %.1f before%n%s%n",
        Runtime.version(),
        System.getProperty("os.arch"),
        Runtime.getRuntime().availableProcessors(),
        "MinIO on loopback",
        rounds,
        ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(),
        Rounds.HEADING);
    for (String endpoint : List.of(args[1], args[2])) {
      List<Subject> subjects = Subject.over(URI.create(endpoint), provider);
      subjects.get(0).client().createBucket(b -> b.bucket(BUCKET));
      all(new Rounds(rounds, subjects), URI.create(endpoint).getScheme());
      subjects.forEach(Subject::close);
    }
    kms.stop();
    System.exit(0); // the S3 Encryption Client's threads would keep the JVM
  }

  private static void all(Rounds rounds, String scheme) {
    for (int size : new int[] {KIB_64, MIB, 32 * MIB, LARGE}) {
      byte[] body = new byte[size];
      new Random(size).nextBytes(body);
      rounds.measure(scheme + " PUT", size, size, s -> put(s, body));
      rounds.measure(scheme + " GET", size, size, s -> get(s, size, null));
    }
    rounds.measure(scheme + " GET, first byte", LARGE, 0, s -> firstByte(s, LARGE));
    rounds.measure(
        scheme + " GET, warm range", KIB_64, 0, s -> get(s, LARGE, "bytes=134250496-134316031"));
  }

  private static double put(Subject subject, byte[] body) {
    long begun = System.nanoTime();
    subject
        .client()
        .putObject(
            b -> b.bucket(BUCKET).key(key(subject, body.length)), RequestBody.fromBytes(body));
    return millisSince(begun);
  }

  private static double get(Subject subject, int size, String range) {
    long begun = System.nanoTime();
    try (InputStream in = open(subject, size, range)) {
      in.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      throw new IllegalStateException(subject.name() + " failed: " + e.getMessage(), e);
    }
    return millisSince(begun);
  }

  private static double firstByte(Subject subject, int size) {
    long begun = System.nanoTime();
    try (InputStream in = open(subject, size, null)) {
      in.read();
      double taken = millisSince(begun);
      in.transferTo(OutputStream.nullOutputStream());
      return taken;
    } catch (IOException e) {
      throw new IllegalStateException(subject.name() + " failed: " + e.getMessage(), e);
    }
  }

  private static InputStream open(Subject subject, int size, String range) {
    return subject.client().getObject(b -> b.bucket(BUCKET).key(key(subject, size)).range(range));
  }

  private static String key(Subject subject, int size) {
    return subject.name() + "/" + size;
  }

  private static double millisSince(long begun) {
    return (System.nanoTime() - begun) / 1e6;
  }
}
