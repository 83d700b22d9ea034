package io.claviger.benchmarks;

import com.adobe.testing.s3mock.S3MockApplication;
import io.claviger.backend.memory.MemoryBackend;
import io.claviger.jca.ClavigerProvider;
import io.claviger.s3.ClavigerInterceptor;
import io.claviger.service.KmsServiceManager;
import java.net.URI;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * PUT and GET beside the plain client on one loopback server, in interleaved rounds: plain, sealed,
 * plain, sealed, after as many rounds of the largest size to warm up. Prints medians and the median
 * of the ratios round by round. Argument: rounds (31).
 */
public final class S3Benchmark {
  private static final int[] SIZES = {64 << 10, 1 << 20, 32 << 20};
  private static final String BUCKET = "bench";

  private S3Benchmark() {}

  public static void main(String[] args) {
    int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 31;
    KmsServiceManager kms = KmsServiceManager.running(MemoryBackend.create(), "k");
    kms.manager().createKey("k");
    ClavigerInterceptor interceptor =
        ClavigerInterceptor.builder().provider(new ClavigerProvider(kms)).build();
    S3MockApplication server =
        S3MockApplication.start(
            new HashMap<>(
                Map.of(
                    S3MockApplication.PROP_HTTP_PORT, 0,
                    S3MockApplication.PROP_HTTPS_PORT, 0,
                    S3MockApplication.PROP_SILENT, true)));
    URI endpoint = URI.create("http://localhost:" + server.getHttpPort());
    try (S3Client plain = client(endpoint);
        S3Client sealed = client(endpoint, interceptor)) {
      plain.createBucket(b -> b.bucket(BUCKET));
      byte[] large = new byte[SIZES[SIZES.length - 1]];
      for (int i = 0; i < rounds; i++) {
        put(plain, "p", large);
        put(sealed, "s", large);
        get(sealed, "s");
      }
      System.out.printf(
          "JDK %s, %d processors, %d rounds, S3Mock in this JVM%n",
          Runtime.version(), Runtime.getRuntime().availableProcessors(), rounds);
      System.out.println("operation      bytes   plain ms  sealed ms  ratio");
      for (int size : SIZES) {
        byte[] body = new byte[size];
        compare("PUT", size, rounds, () -> put(plain, "p", body), () -> put(sealed, "s", body));
        compare("GET", size, rounds, () -> get(plain, "p"), () -> get(sealed, "s"));
      }
    } finally {
      server.stop();
      kms.stop();
    }
  }

  private static void compare(String what, int size, int rounds, Runnable plain, Runnable sealed) {
    double[] plainMillis = new double[rounds];
    double[] sealedMillis = new double[rounds];
    double[] ratios = new double[rounds];
    for (int i = -rounds / 2; i < rounds; i++) {
      double a = millis(plain);
      double b = millis(sealed);
      if (i >= 0) {
        plainMillis[i] = a;
        sealedMillis[i] = b;
        ratios[i] = b / a;
      }
    }
    System.out.printf(
        "%-9s %10d %10.2f %10.2f %6.2f%n",
        what, size, median(plainMillis), median(sealedMillis), median(ratios));
  }

  private static double millis(Runnable work) {
    long begun = System.nanoTime();
    work.run();
    return (System.nanoTime() - begun) / 1e6;
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private static void put(S3Client s3, String key, byte[] body) {
    s3.putObject(b -> b.bucket(BUCKET).key(key), RequestBody.fromBytes(body));
  }

  private static void get(S3Client s3, String key) {
    s3.getObjectAsBytes(b -> b.bucket(BUCKET).key(key));
  }

  private static S3Client client(URI endpoint, ExecutionInterceptor... interceptors) {
    return S3Client.builder()
        .endpointOverride(endpoint)
        .region(Region.US_EAST_1)
        .forcePathStyle(true)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
        .overrideConfiguration(
            c -> {
              for (ExecutionInterceptor interceptor : interceptors) {
                c.addExecutionInterceptor(interceptor);
              }
            })
        .build();
  }
}
