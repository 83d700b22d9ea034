package io.claviger.backend.memory;

import io.claviger.backend.keyring.KeyRecord;
import io.claviger.backend.keyring.KeyringBackend;
import io.claviger.backend.keyring.RecordStore;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/** Records in a map. */
final class MemoryStore implements RecordStore {
  private final ConcurrentHashMap<String, KeyRecord> records = new ConcurrentHashMap<>();

  @Override
  public Optional<KeyRecord> find(String keyId) {
    return Optional.ofNullable(records.get(keyId));
  }

  @Override
  public boolean create(KeyRecord record) {
    return records.putIfAbsent(record.metadata().keyId(), record) == null;
  }

  @Override
  public KeyRecord update(String keyId, UnaryOperator<KeyRecord> change) {
    KeyRecord changed = records.computeIfPresent(keyId, (id, old) -> change.apply(old));
    if (changed == null) {
      throw KeyringBackend.notFound(keyId);
    }
    return changed;
  }

  @Override
  public KeyRecord destroy(String keyId, UnaryOperator<KeyRecord> allowed) {
    KeyRecord[] gone = new KeyRecord[1];
    records.computeIfPresent(
        keyId,
        (id, old) -> {
          gone[0] = allowed.apply(old);
          return null;
        });
    if (gone[0] == null) {
      throw KeyringBackend.notFound(keyId);
    }
    return gone[0];
  }

  @Override
  public NavigableSet<String> ids() {
    return new TreeSet<>(records.keySet());
  }

  @Override
  public void check() {}

  @Override
  public void close() {
    records.clear();
  }
}
