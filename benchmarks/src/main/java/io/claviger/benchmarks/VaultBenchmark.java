package io.claviger.benchmarks;

import io.claviger.config.AuthMethod;
import io.claviger.config.BackendConfig;
import io.claviger.config.KmsConfig;
import io.claviger.config.VaultConfig;
import io.claviger.config.VaultConnection;
import io.claviger.config.VaultTransitConfig;
import io.claviger.kms.DataKey;
import io.claviger.kms.DecryptRequest;
import io.claviger.kms.EncryptionContext;
import io.claviger.kms.GenerateDataKeyRequest;
import io.claviger.service.KmsManager;
import io.claviger.service.KmsServiceManager;
import java.net.URI;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
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
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Data keys with a Vault that runs already: {@code CLAVIGER_VAULT_ADDRESS} and {@code
 * CLAVIGER_VAULT_TOKEN} name it, with engines at {@code transit} and {@code secret}.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class VaultBenchmark {
  private static final EncryptionContext CONTEXT =
      EncryptionContext.of(Map.of("bucket", "orders", "key", "2026/03/01/000017"));

  @Param({"kv2", "transit"})
  public String backend;

  private final String key = "bench-" + UUID.randomUUID();
  private KmsServiceManager service;
  private KmsManager kms;
  private GenerateDataKeyRequest request;
  private DecryptRequest known;

  @Setup
  public void setUp() {
    VaultConnection connection =
        VaultConnection.of(
            URI.create(environment("CLAVIGER_VAULT_ADDRESS")),
            AuthMethod.Token.of(environment("CLAVIGER_VAULT_TOKEN")));
    BackendConfig config =
        backend.equals("kv2") ? VaultConfig.of(connection) : VaultTransitConfig.of(connection);
    service = new KmsServiceManager();
    service.configure(KmsConfig.builder(config).allowInsecureDevDefaults(true).build());
    service.start();
    kms = service.manager();
    kms.createKey(key);
    request = GenerateDataKeyRequest.of(key, CONTEXT);
    try (DataKey made = kms.generateDataKey(request)) {
      known = new DecryptRequest(key, made.ciphertextBlob(), CONTEXT);
    }
  }

  private static String environment(String name) {
    return Objects.requireNonNull(System.getenv(name), name + " is not set");
  }

  @TearDown
  public void tearDown() {
    service.stop();
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
        var opened = kms.decrypt(new DecryptRequest(key, made.ciphertextBlob(), CONTEXT))) {
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
