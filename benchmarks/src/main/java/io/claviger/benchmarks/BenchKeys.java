package io.claviger.benchmarks;

import io.claviger.config.KmsConfig;
import io.claviger.config.LocalConfig;
import io.claviger.jca.ClavigerProvider;
import io.claviger.service.KmsServiceManager;
import java.nio.file.Path;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * Master keys: ours in a key folder, so that a JVM opens what another one sealed; its records are
 * in memory once it is open.
 */
final class BenchKeys {
  static final String KEY = "bench";

  private BenchKeys() {}

  /** Makes the key. */
  static ClavigerProvider created(Path folder) {
    KmsServiceManager kms = running(folder);
    kms.manager().createKey(KEY);
    return new ClavigerProvider(kms);
  }

  /** Opens what another JVM made. */
  static ClavigerProvider opened(Path folder) {
    return new ClavigerProvider(running(folder));
  }

  private static KmsServiceManager running(Path folder) {
    KmsServiceManager kms = new KmsServiceManager();
    kms.configure(
        KmsConfig.builder(LocalConfig.of(folder, "passphrase"))
            .defaultKeyId(KEY)
            .allowInsecureDevDefaults(true)
            .build());
    kms.start();
    return kms;
  }

  static SecretKey theirs() {
    return new SecretKeySpec(new byte[32], "AES");
  }
}
