package io.claviger.e2e.bulk;

import io.claviger.bulk.Clients;
import io.claviger.config.KmsConfig;
import io.claviger.config.LocalConfig;
import io.claviger.e2e.env.E2e;
import io.claviger.jca.ClavigerProvider;
import io.claviger.s3.ClavigerInterceptor;
import io.claviger.s3.api.PlaintextObjects;
import io.claviger.service.KmsListener;
import io.claviger.service.KmsManager;
import io.claviger.service.KmsServiceManager;
import io.claviger.service.OperationRecord;
import io.claviger.service.ServiceSettings;
import java.net.URI;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.s3.S3Client;

/** Keys in a folder that several processes share, counted calls of them, and clients over them. */
final class LocalKeys implements AutoCloseable {
  static final String KEY = "orders";

  private final Map<String, Integer> calls = new ConcurrentHashMap<>();
  private final KmsServiceManager service;
  private final S3Client plain;
  private final S3Client sealing;
  private final URI endpoint;

  /**
   * @param seesRequests is given to both clients
   */
  LocalKeys(Path keys, URI endpoint, ExecutionInterceptor... seesRequests) {
    this.endpoint = endpoint;
    service = new KmsServiceManager(ServiceSettings.builder().listener(counting()).build());
    service.configure(
        KmsConfig.builder(LocalConfig.of(keys, "a passphrase"))
            .defaultKeyId(KEY)
            .allowInsecureDevDefaults(true)
            .build());
    service.start();
    service.manager().ensureKey(KEY);
    plain = E2e.plain(endpoint, seesRequests);
    ExecutionInterceptor[] all = new ExecutionInterceptor[seesRequests.length + 1];
    all[0] =
        ClavigerInterceptor.builder()
            .provider(new ClavigerProvider(service))
            .httpClient(E2e.trusting())
            .build();
    System.arraycopy(seesRequests, 0, all, 1, seesRequests.length);
    sealing = E2e.plain(endpoint, all);
  }

  private KmsListener counting() {
    return new KmsListener() {
      @Override
      public void operationFinished(OperationRecord operation) {
        calls.merge(operation.operation(), 1, Integer::sum);
      }
    };
  }

  KmsManager manager() {
    return service.manager();
  }

  S3Client plain() {
    return plain;
  }

  S3Client sealing() {
    return sealing;
  }

  Clients clients() {
    return Clients.of(plain, sealing);
  }

  /**
   * Returns how often each operation of the key service was called since the last {@code forget}.
   */
  Map<String, Integer> calls() {
    return new TreeMap<>(calls);
  }

  void forget() {
    calls.clear();
  }

  /** Returns a client as it is set while a program moves over; the caller closes it. */
  S3Client moving(ExecutionInterceptor... below) {
    ClavigerInterceptor interceptor =
        ClavigerInterceptor.builder()
            .provider(new ClavigerProvider(service))
            .httpClient(E2e.trusting())
            .plaintextObjects(PlaintextObjects.ALLOW)
            .s3EncryptionClient(Theirs.KEYS)
            .build();
    ExecutionInterceptor[] all = Arrays.copyOf(below, below.length + 1);
    System.arraycopy(below, 0, all, 1, below.length);
    all[0] = interceptor;
    return E2e.plain(endpoint, all);
  }

  @Override
  public void close() {
    plain.close();
    sealing.close();
    service.stop();
  }
}
