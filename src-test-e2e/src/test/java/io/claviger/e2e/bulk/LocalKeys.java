package io.claviger.e2e.bulk;

import io.claviger.backend.local.LocalKeyFolder;
import io.claviger.bulk.Clients;
import io.claviger.config.LocalConfig;
import io.claviger.e2e.env.E2e;
import io.claviger.jca.ClavigerProvider;
import io.claviger.kms.BackendSettings;
import io.claviger.s3.ClavigerInterceptor;
import io.claviger.service.KmsManager;
import io.claviger.service.KmsServiceManager;
import java.net.URI;
import java.nio.file.Path;
import software.amazon.awssdk.services.s3.S3Client;

/** Keys in a folder that several processes share, and clients over them. */
final class LocalKeys implements AutoCloseable {
  static final String KEY = "orders";

  private final LocalKeyFolder folder;
  private final KmsServiceManager service;
  private final S3Client plain;
  private final S3Client sealing;

  LocalKeys(Path keys, URI endpoint) {
    folder = LocalKeyFolder.open(LocalConfig.of(keys, "a passphrase"));
    service = KmsServiceManager.running(folder.backend(BackendSettings.DEFAULT), KEY);
    service.manager().ensureKey(KEY);
    plain = E2e.plain(endpoint);
    sealing =
        E2e.plain(
            endpoint,
            ClavigerInterceptor.builder()
                .provider(new ClavigerProvider(service))
                .httpClient(E2e.trusting())
                .build());
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

  @Override
  public void close() {
    plain.close();
    sealing.close();
    folder.close();
  }
}
