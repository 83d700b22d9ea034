package io.claviger.backend.vault;

import io.claviger.backend.keyring.KeyRecord;
import io.claviger.backend.keyring.KeyringBackend;
import io.claviger.backend.keyring.RecordStore;
import io.claviger.backend.vault.KvEngine.Entry;
import io.claviger.backend.vault.RecentReads.Read;
import io.claviger.format.CanonicalContext;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KeyMetadata;
import io.claviger.kms.KeyState;
import io.claviger.kms.KmsException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Records in KV, sealed whole ({@link KvRecord}), changed by check-and-set: of two writers one
 * wins, and the other one's change is made again on what the winner wrote. A destroyed key leaves a
 * record without material, and its older versions in KV are destroyed.
 */
final class KvRecordStore implements RecordStore {
  private static final byte[] PROBE = CanonicalContext.encode(Map.of("use", "kv2-probe"));
  private static final String PROBE_SUBJECT = "health check";

  /** A record with the KV version that it is. */
  private record Found(KeyRecord record, long version) {}

  private final VaultClient vault;
  private final KvEngine kv;
  private final RecordSeal seal;
  private final RecentReads<KeyRecord> reads;

  KvRecordStore(VaultClient vault, KvEngine kv, RecordSeal seal, LongSupplier nanoTime) {
    this.vault = vault;
    this.kv = kv;
    this.seal = seal;
    this.reads = new RecentReads<>(nanoTime);
  }

  @Override
  public Optional<KeyRecord> find(String keyId) {
    Read<KeyRecord> known = reads.last(keyId);
    if (known != null && reads.isFresh(known)) {
      return Optional.ofNullable(known.value());
    }
    return current(keyId).map(Found::record).filter(KvRecordStore::isAlive);
  }

  @Override
  public boolean remembers(String keyId) {
    return reads.remembers(keyId);
  }

  @Override
  public void refresh(String keyId) {
    current(keyId);
  }

  /** Reads a record, tombstones too, and compares its version with what this process has seen. */
  private Optional<Found> current(String keyId) {
    if (keyId.isEmpty()) {
      return Optional.empty();
    }
    long highest = reads.highest(keyId); // before asking: a write that comes between is no harm
    long asked = reads.now();
    Optional<Entry> entry = kv.read(KvNames.of(keyId), subject(keyId));
    if (entry.isEmpty()) {
      Read<KeyRecord> known = reads.last(keyId);
      if (highest == 0 || known != null && known.value() == null) {
        reads.forgetAll(keyId);
        return Optional.empty();
      }
      throw VaultClient.corrupt(keyId, "is missing: another client removed it", null);
    }
    Entry found = entry.get();
    if (found.version() < highest) {
      throw VaultClient.corrupt(
          keyId,
          "is an older one: version %d, but this process has seen version %d"
              .formatted(found.version(), highest),
          null);
    }
    KeyRecord record = KvRecord.decode(keyId, found, seal);
    reads.keep(keyId, isAlive(record) ? record : null, found.version(), asked);
    return Optional.of(new Found(record, found.version()));
  }

  private static boolean isAlive(KeyRecord record) {
    return record.metadata().state() != KeyState.DELETED;
  }

  private static String subject(String keyId) {
    return "key \"" + keyId + "\"";
  }

  @Override
  public boolean create(KeyRecord record) {
    String keyId = record.metadata().keyId();
    if (write(record, KvEngine.NONE)) {
      return true;
    }
    try {
      Optional<Found> there = current(keyId);
      return there.isPresent()
          && !isAlive(there.get().record())
          && write(record, there.get().version());
    } catch (KmsException e) {
      if (e.kind() == ErrorKind.CORRUPT_RECORD) {
        return false; // the id is taken; a damaged record is not replaced
      }
      throw e;
    }
  }

  /**
   * Writes {@code record} as the version after {@code replaced}; false if that is not the newest.
   */
  private boolean write(KeyRecord record, long replaced) {
    String keyId = record.metadata().keyId();
    long asked = reads.now();
    long written =
        kv.write(
            KvNames.of(keyId),
            KvRecord.encode(record, replaced + 1, seal),
            replaced,
            subject(keyId));
    if (written == KvEngine.LOST) {
      reads.forget(keyId);
      return false;
    }
    reads.keep(keyId, isAlive(record) ? record : null, written, asked);
    return true;
  }

  @Override
  public KeyRecord update(String keyId, UnaryOperator<KeyRecord> change) {
    for (int i = 0; i < KvEngine.MOST_LOSSES; i++) {
      Found found = alive(keyId, current(keyId).orElse(null));
      KeyRecord changed = change.apply(found.record());
      if (write(changed, found.version())) {
        return changed;
      }
    }
    throw KvEngine.lostTooOften(keyId);
  }

  private static Found alive(String keyId, @Nullable Found found) {
    if (found == null || !isAlive(found.record())) {
      throw KeyringBackend.notFound(keyId);
    }
    return found;
  }

  /** The history goes first: where that is denied, nothing has happened to the key. */
  @Override
  public KeyRecord destroy(String keyId, UnaryOperator<KeyRecord> allowed) {
    for (int i = 0; i < KvEngine.MOST_LOSSES; i++) {
      Found there = current(keyId).orElse(null);
      if (there != null) {
        // Of a living key older versions are history only; of a destroyed one, what a crash left.
        kv.destroyUpTo(KvNames.of(keyId), there.version() - 1, subject(keyId));
      }
      Found found = alive(keyId, there);
      KeyRecord gone = allowed.apply(found.record());
      if (write(tombstone(gone), found.version())) {
        kv.destroyUpTo(KvNames.of(keyId), found.version(), subject(keyId));
        return gone;
      }
    }
    throw KvEngine.lostTooOften(keyId);
  }

  private static KeyRecord tombstone(KeyRecord gone) {
    KeyMetadata m = gone.metadata();
    return new KeyRecord(
        new KeyMetadata(
            m.keyId(),
            KeyState.DELETED,
            m.usage(),
            "",
            Map.of(),
            m.createdAt(),
            m.rotatedAt(),
            null,
            0,
            m.origin(),
            m.createdBy()),
        KeyState.DELETED,
        List.of());
  }

  @Override
  public NavigableSet<String> ids() {
    NavigableSet<String> ids = new TreeSet<>();
    for (String name : kv.list("", "the list of keys")) {
      ids.add(KvNames.idOf(name));
    }
    return ids;
  }

  @Override
  public void check() {
    vault.check();
    VaultClient.unlessDenied(this::checkSeal);
    VaultClient.unlessDenied(() -> kv.list("", PROBE_SUBJECT));
  }

  private void checkSeal() {
    String sealed = seal.seal(PROBE, PROBE, PROBE_SUBJECT);
    if (!Arrays.equals(seal.open(sealed, PROBE, PROBE_SUBJECT), PROBE)) {
      throw KmsException.of(
          ErrorKind.INTERNAL, "health check: the seal gave back something else than was sealed");
    }
  }

  @Override
  public void close() {
    reads.clear();
    seal.close();
    vault.close();
  }
}
