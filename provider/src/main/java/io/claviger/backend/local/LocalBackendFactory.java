package io.claviger.backend.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.claviger.backend.keyring.KeyringBackend;
import io.claviger.backend.keyring.RecordStore;
import io.claviger.config.LocalConfig;
import io.claviger.kms.BackendSettings;
import io.claviger.kms.KmsBackend;
import io.claviger.kms.KmsBackendFactory;
import io.claviger.kms.SecretBytes;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the local backend: fields {@code key_dir}, {@code master_key}, {@code file_permissions}.
 * Opening takes one Argon2id computation; a folder that does not exist is created.
 */
public final class LocalBackendFactory implements KmsBackendFactory {
  private static final Logger LOG = LoggerFactory.getLogger(LocalBackendFactory.class);

  /** For {@code ServiceLoader}. */
  public LocalBackendFactory() {}

  @Override
  public Set<String> typeNames() {
    return Set.of("Local", "local");
  }

  @Override
  public KmsBackend create(JsonNode config, BackendSettings settings) {
    LocalConfig local = LocalConfig.fromJson((ObjectNode) config);
    return new KeyringBackend(store(local), settings);
  }

  private static RecordStore store(LocalConfig local) {
    if (RustfsFolder.is(local.keyDir())) {
      LOG.warn(
          "{} is a key folder of RustFS: its keys are used as they are and never changed; LocalKeyFolder.importRustfs makes keys of Claviger",
          local.keyDir());
      SecretBytes masterKey = local.masterKey();
      return new RustfsFolder(
          local.keyDir(), masterKey == null ? SecretBytes.copyOf(new byte[0]) : masterKey);
    }
    return new FileRecordStore(openFolder(local), System::nanoTime);
  }

  static OpenFolder openFolder(LocalConfig local) {
    KeyFolder folder = new KeyFolder(local.keyDir(), local.filePermissions());
    SecretBytes masterKey = local.masterKey();
    return OpenFolder.open(folder, masterKey == null ? new byte[0] : masterKey.toByteArray());
  }
}
