package io.claviger.benchmarks;

import io.claviger.config.AwsCredentials.AccessKey;
import io.claviger.config.AwsKmsConfig;
import io.claviger.config.KmsConfig;
import io.claviger.encryption.EncryptionService;
import io.claviger.encryption.ObjectName;
import io.claviger.encryption.SealRequest;
import io.claviger.jca.ClavigerProvider;
import io.claviger.kms.EncryptionContext;
import io.claviger.object.NameBinding;
import java.net.URI;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Data keys with a server that speaks AWS KMS's protocol and runs already: {@code
 * CLAVIGER_ENDPOINT_URL} names it.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class AwsKmsBenchmark extends RemoteKeys {
  private final AtomicLong objects = new AtomicLong();
  private EncryptionService encryption;

  @Setup
  public void setUp() {
    start(
        KmsConfig.builder(
                AwsKmsConfig.of("us-east-1")
                    .withEndpointUrl(URI.create(environment("CLAVIGER_ENDPOINT_URL")))
                    .withCredentials(AccessKey.of("claviger", "benchmark")))
            .allowInsecureDevDefaults(true)
            .build());
    encryption = new EncryptionService(new ClavigerProvider(service));
  }

  private int sealed(boolean bucketKey) {
    return encryption
        .sealObject(
            new SealRequest(
                new ObjectName("orders", "o/" + objects.incrementAndGet()),
                key,
                EncryptionContext.empty(),
                NameBinding.OBJECT,
                "aws:kms",
                null,
                bucketKey),
            0)
        .hashCode();
  }

  /** A data key and its header, under the bucket key of the last five minutes. */
  @Benchmark
  public int dataKeyUnderABucketKey() {
    return sealed(true);
  }

  @Benchmark
  @Threads(8)
  public int dataKeyUnderABucketKeyOn8Threads() {
    return sealed(true);
  }
}
