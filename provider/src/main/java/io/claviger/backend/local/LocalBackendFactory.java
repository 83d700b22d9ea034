package io.claviger.backend.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.claviger.backend.keyring.KeyringBackend;
import io.claviger.config.LocalConfig;
import io.claviger.kms.BackendSettings;
import io.claviger.kms.KmsBackend;
import io.claviger.kms.KmsBackendFactory;
import java.util.Arrays;
import java.util.Set;

/**
 * Makes the local backend: fields {@code key_dir}, {@code master_key}, {@code file_permissions}.
 * Opening takes one Argon2id computation; a folder that does not exist is created.
 */
public final class LocalBackendFactory implements KmsBackendFactory {
  /** For {@code ServiceLoader}. */
  public LocalBackendFactory() {}

  @Override
  public Set<String> typeNames() {
    return Set.of("Local", "local");
  }

  @Override
  public KmsBackend create(JsonNode config, BackendSettings settings) {
    LocalConfig local = LocalConfig.fromJson((ObjectNode) config);
    KeyFolder folder = new KeyFolder(local.keyDir(), local.filePermissions());
    byte[] passphrase = local.masterKey() == null ? new byte[0] : local.masterKey().toByteArray();
    try {
      folder.prepare();
      byte[] root = new RootFile(folder).openOrCreate(passphrase);
      return new KeyringBackend(new FileRecordStore(folder, new RecordFile(root)), settings);
    } finally {
      Arrays.fill(passphrase, (byte) 0);
    }
  }
}
