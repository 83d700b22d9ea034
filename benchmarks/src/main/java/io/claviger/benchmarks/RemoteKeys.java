package io.claviger.benchmarks;

import io.claviger.config.KmsConfig;
import io.claviger.kms.DataKey;
import io.claviger.kms.DecryptRequest;
import io.claviger.kms.EncryptionContext;
import io.claviger.kms.GenerateDataKeyRequest;
import io.claviger.service.KmsManager;
import io.claviger.service.KmsServiceManager;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;

/** Data keys with a key service on a server that runs already. */
@State(Scope.Benchmark)
public abstract class RemoteKeys {
  private static final EncryptionContext CONTEXT =
      EncryptionContext.of(Map.of("bucket", "orders", "key", "2026/03/01/000017"));

  final String key = "bench-" + UUID.randomUUID();
  KmsServiceManager service;
  private KmsManager kms;
  private GenerateDataKeyRequest request;
  private DecryptRequest known;

  static String environment(String name) {
    return Objects.requireNonNull(System.getenv(name), name + " is not set");
  }

  final void start(KmsConfig config) {
    service = new KmsServiceManager();
    service.configure(config);
    service.start();
    kms = service.manager();
    request = GenerateDataKeyRequest.of(kms.createKey(key).keyId(), CONTEXT);
    try (DataKey made = kms.generateDataKey(request)) {
      known = opening(made);
    }
  }

  private static DecryptRequest opening(DataKey made) {
    return new DecryptRequest(made.masterKeyId(), made.ciphertextBlob(), CONTEXT);
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
    return generateDataKey();
  }

  @Benchmark
  public int generateAndOpen() {
    try (DataKey made = kms.generateDataKey(request);
        var opened = kms.decrypt(opening(made))) {
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
