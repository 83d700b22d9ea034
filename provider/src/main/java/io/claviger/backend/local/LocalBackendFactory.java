package io.claviger.backend.local;

import com.fasterxml.jackson.databind.JsonNode;
import io.claviger.backend.keyring.KeyringBackend;
import io.claviger.kms.BackendSettings;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsBackend;
import io.claviger.kms.KmsBackendFactory;
import io.claviger.kms.KmsException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;

/**
 * Makes the local backend: fields {@code key_dir} and {@code master_key}. Opening takes one
 * Argon2id computation; a folder that does not exist is created.
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
    JsonNode keyDir = config.get("key_dir");
    if (keyDir == null) {
      throw KmsException.of(
          ErrorKind.INVALID_CONFIGURATION, "config \"key_dir\" is missing. Set it.");
    }
    KeyFolder folder = new KeyFolder(Path.of(keyDir.asText()));
    byte[] passphrase = config.path("master_key").asText("").getBytes(StandardCharsets.UTF_8);
    try {
      folder.prepare();
      byte[] root = new RootFile(folder).openOrCreate(passphrase);
      return new KeyringBackend(new FileRecordStore(folder, new RecordFile(root)), settings);
    } finally {
      Arrays.fill(passphrase, (byte) 0);
    }
  }
}
