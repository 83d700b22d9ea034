package io.claviger.benchmarks;

import io.claviger.config.AwsCredentials.AccessKey;
import io.claviger.config.AwsKmsConfig;
import io.claviger.config.KmsConfig;
import io.claviger.encryption.EncryptionService;
import io.claviger.encryption.ObjectName;
import io.claviger.encryption.SealRequest;
import io.claviger.jca.ClavigerProvider;
import io.claviger.kms.DataKey;
import io.claviger.kms.DecryptRequest;
import io.claviger.kms.EncryptionContext;
import io.claviger.kms.GenerateDataKeyRequest;
import io.claviger.object.NameBinding;
import io.claviger.service.KmsManager;
import io.claviger.service.KmsServiceManager;
import java.net.URI;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
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
import org.openjdk.jmh.annotations.TearDown;
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
public class AwsKmsBenchmark {
  private static final EncryptionContext CONTEXT =
      EncryptionContext.of(Map.of("bucket", "orders", "key", "2026/03/01/000017"));

  private final String key = "bench-" + UUID.randomUUID();
  private final AtomicLong objects = new AtomicLong();
  private KmsServiceManager service;
  private KmsManager kms;
  private EncryptionService encryption;
  private GenerateDataKeyRequest request;
  private DecryptRequest known;

  @Setup
  public void setUp() {
    String endpoint =
        Objects.requireNonNull(
            System.getenv("CLAVIGER_ENDPOINT_URL"), "CLAVIGER_ENDPOINT_URL is not set");
    service = new KmsServiceManager();
    service.configure(
        KmsConfig.builder(
                AwsKmsConfig.of("us-east-1")
                    .withEndpointUrl(URI.create(endpoint))
                    .withCredentials(AccessKey.of("claviger", "benchmark")))
            .allowInsecureDevDefaults(true)
            .build());
    service.start();
    kms = service.manager();
    String arn = kms.createKey(key).keyId();
    encryption = new EncryptionService(new ClavigerProvider(service));
    request = GenerateDataKeyRequest.of(arn, CONTEXT);
    try (DataKey made = kms.generateDataKey(request)) {
      known = new DecryptRequest(arn, made.ciphertextBlob(), CONTEXT);
    }
  }

  @TearDown
  public void tearDown() {
    service.stop();
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

  @Benchmark
  public int generateDataKey() {
    try (DataKey made = kms.generateDataKey(request)) {
      return made.ciphertextBlob().length;
    }
  }

  @Benchmark
  @Threads(8)
  public int generateDataKeyOn8Threads() {
    try (DataKey made = kms.generateDataKey(request)) {
      return made.ciphertextBlob().length;
    }
  }

  @Benchmark
  public int generateAndOpen() {
    try (DataKey made = kms.generateDataKey(request);
        var opened =
            kms.decrypt(new DecryptRequest(made.masterKeyId(), made.ciphertextBlob(), CONTEXT))) {
      return opened.length();
    }
  }

  @Benchmark
  public int openTheSameBlobAgain() {
    try (var opened = kms.decrypt(known)) {
      return opened.length();
    }
  }
}
