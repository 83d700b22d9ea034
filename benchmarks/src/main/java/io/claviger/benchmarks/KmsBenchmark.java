package io.claviger.benchmarks;

import io.claviger.config.BackendConfig;
import io.claviger.config.CustomConfig;
import io.claviger.config.KmsConfig;
import io.claviger.config.LocalConfig;
import io.claviger.kms.DataKey;
import io.claviger.kms.DecryptRequest;
import io.claviger.kms.EncryptionContext;
import io.claviger.kms.GenerateDataKeyRequest;
import io.claviger.service.KmsManager;
import io.claviger.service.KmsServiceManager;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Data keys through the whole service: made, opened, and opened again from the cache. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 6, time = 2)
@Fork(1)
public class KmsBenchmark {
  private static final EncryptionContext CONTEXT =
      EncryptionContext.of(Map.of("bucket", "orders", "key", "2026/03/01/000017"));

  @Param({"memory", "local"})
  public String backend;

  private KmsServiceManager service;
  private KmsManager kms;
  private GenerateDataKeyRequest request;
  private DecryptRequest known;

  @Setup
  public void setUp() throws IOException {
    BackendConfig config =
        backend.equals("memory")
            ? CustomConfig.of("memory")
            : LocalConfig.of(Files.createTempDirectory("claviger-bench").resolve("keys"), "p");
    service = new KmsServiceManager();
    service.configure(KmsConfig.builder(config).allowInsecureDevDefaults(true).build());
    service.start();
    kms = service.manager();
    kms.createKey("k");
    request = GenerateDataKeyRequest.of("k", CONTEXT);
    try (DataKey key = kms.generateDataKey(request)) {
      known = new DecryptRequest("k", key.ciphertextBlob(), CONTEXT);
    }
  }

  @TearDown
  public void tearDown() {
    service.stop();
  }

  @Benchmark
  public int generateDataKey() {
    try (DataKey key = kms.generateDataKey(request)) {
      return key.ciphertextBlob().length;
    }
  }

  @Benchmark
  public int generateAndOpen() {
    try (DataKey key = kms.generateDataKey(request);
        var opened = kms.decrypt(new DecryptRequest("k", key.ciphertextBlob(), CONTEXT))) {
      return opened.length();
    }
  }

  @Benchmark
  public int decryptCached() {
    try (var opened = kms.decrypt(known)) {
      return opened.length();
    }
  }
}
