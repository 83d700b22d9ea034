package io.claviger.jca;

import io.claviger.kms.KeyUsage;
import io.claviger.kms.SecretBytes;
import java.util.UUID;

/** Opaque keys from raw bytes, imported as an application would. */
final class ImportedKeys {
  private ImportedKeys() {}

  static KmsKey key(ClavigerProvider provider, byte[] raw, KeyUsage usage) {
    try (SecretBytes secret = SecretBytes.copyOf(raw)) {
      return provider.importRawKey(UUID.randomUUID().toString(), secret, usage);
    }
  }
}
