package io.claviger.frozen;

import io.claviger.backend.fixed.StaticBackendFactory;
import io.claviger.backend.local.LocalBackendFactory;
import io.claviger.backend.local.LocalKeyFolder;
import io.claviger.config.LocalConfig;
import io.claviger.jca.ClavigerProvider;
import io.claviger.kms.BackendFields;
import io.claviger.kms.BackendSettings;
import io.claviger.kms.CreateKeyRequest;
import io.claviger.kms.KmsBackend;
import io.claviger.kms.SecretBytes;
import io.claviger.service.KmsServiceManager;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/** The keys under which frozen objects were sealed; published, never to be used elsewhere. */
final class FrozenKeys {
  static final String KEY_ID = "orders 2026";
  static final byte[] CUSTOMER =
      "0123456789abcdefghijklmnopqrstuv".getBytes(StandardCharsets.US_ASCII);
  private static final String STATIC_SECRET = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

  private FrozenKeys() {}

  /** A static backend. */
  static ClavigerProvider fixed() {
    KmsBackend backend =
        new StaticBackendFactory()
            .create(
                BackendFields.of(Map.of("key_id", KEY_ID, "secret_key", STATIC_SECRET)),
                BackendSettings.DEFAULT);
    return new ClavigerProvider(KmsServiceManager.running(backend, KEY_ID));
  }

  private static SecretBytes passphrase() {
    return SecretBytes.copyOf("frozen bundle".getBytes(StandardCharsets.US_ASCII));
  }

  /** A key folder of RustFS, read as it is. */
  static ClavigerProvider rustfs(Path folder) {
    return over(LocalConfig.of(folder, "interop-master-key"));
  }

  /** A key folder with the keys of {@code bundle}. */
  static ClavigerProvider folder(Path temporary, Path bundle) {
    LocalConfig config = LocalConfig.of(temporary.resolve("folder"), "q");
    try (LocalKeyFolder folder = LocalKeyFolder.open(config)) {
      folder.importFrom(bundle, passphrase());
    }
    return over(config);
  }

  /** A new key folder with a key of two versions, exported to {@code bundle}. */
  static ClavigerProvider newFolder(Path temporary, Path bundle) {
    LocalConfig config = LocalConfig.of(temporary.resolve("new"), "p");
    ClavigerProvider provider = over(config);
    provider.serviceManager().manager().createKey(CreateKeyRequest.named(KEY_ID));
    provider.serviceManager().manager().rotateKey(KEY_ID);
    try (LocalKeyFolder folder = LocalKeyFolder.open(config)) {
      folder.exportTo(bundle, passphrase());
    }
    return provider;
  }

  static ClavigerProvider over(LocalConfig config) {
    KmsBackend backend =
        new LocalBackendFactory()
            .create(BackendFields.of(config.toMapWithSecrets()), BackendSettings.DEFAULT);
    return new ClavigerProvider(KmsServiceManager.running(backend, KEY_ID));
  }
}
