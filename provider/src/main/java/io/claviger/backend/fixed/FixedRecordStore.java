package io.claviger.backend.fixed;

import io.claviger.backend.keyring.KeyRecord;
import io.claviger.backend.keyring.KeyVersion;
import io.claviger.backend.keyring.RecordStore;
import io.claviger.config.StaticConfig;
import io.claviger.kms.Capabilities;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KeyMetadata;
import io.claviger.kms.KeyState;
import io.claviger.kms.KeyUsage;
import io.claviger.kms.KmsException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/**
 * The one record that never changes. Its only secret wraps blobs and is never lent, so Mac and raw
 * ciphers are refused. The version's id follows from the secret: every process with the same key
 * opens the blobs of the others, and another key is noticed before anything is tried.
 */
final class FixedRecordStore implements RecordStore {
  private static final Capabilities NOTHING =
      new Capabilities(false, false, false, false, false, false);
  private final KeyRecord record;
  private final byte[] secret;

  FixedRecordStore(StaticConfig config) {
    this.secret = config.secretKey().toByteArray();
    KeyVersion version = KeyVersion.compatible(1, secret, Instant.EPOCH);
    KeyMetadata metadata =
        new KeyMetadata(
            config.keyId(),
            KeyState.ENABLED,
            KeyUsage.ENCRYPT_DECRYPT,
            "",
            Map.of(),
            Instant.EPOCH,
            null,
            null,
            1,
            KeyMetadata.ORIGIN_EXTERNAL,
            "");
    this.record = new KeyRecord(metadata, KeyState.ENABLED, List.of(version));
  }

  @Override
  public Capabilities capabilities() {
    return NOTHING;
  }

  @Override
  public Optional<KeyRecord> find(String keyId) {
    return record.metadata().keyId().equals(keyId) ? Optional.of(record) : Optional.empty();
  }

  @Override
  public boolean create(KeyRecord fresh) {
    throw fixed("createKey", fresh.metadata().keyId());
  }

  @Override
  public KeyRecord update(String keyId, UnaryOperator<KeyRecord> change) {
    throw fixed("a change", keyId);
  }

  @Override
  public KeyRecord destroy(String keyId, UnaryOperator<KeyRecord> allowed) {
    throw fixed("deletion", keyId);
  }

  private KmsException fixed(String operation, String keyId) {
    return KmsException.of(
        ErrorKind.UNSUPPORTED_CAPABILITY,
        "key \"%s\": the Static backend has the one key \"%s\" and does not support %s. Use Local or Vault"
            .formatted(keyId, record.metadata().keyId(), operation));
  }

  @Override
  public NavigableSet<String> ids() {
    return new TreeSet<>(List.of(record.metadata().keyId()));
  }

  @Override
  public void check() {}

  @Override
  public void close() {
    Arrays.fill(secret, (byte) 0);
  }
}
