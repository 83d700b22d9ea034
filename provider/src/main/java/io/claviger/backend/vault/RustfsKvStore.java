package io.claviger.backend.vault;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.claviger.backend.keyring.KeyRecord;
import io.claviger.backend.keyring.KeyVersion;
import io.claviger.backend.keyring.KeyringBackend;
import io.claviger.backend.keyring.RecordStore;
import io.claviger.backend.vault.KvEngine.Entry;
import io.claviger.backend.vault.RecentReads.Read;
import io.claviger.kms.Capabilities;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KeyMetadata;
import io.claviger.kms.KeyState;
import io.claviger.kms.KeyUsage;
import io.claviger.kms.KmsException;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;

/**
 * RustFS's records, read and written as RustFS does ({@link RustfsKvRecord}): raw material, not
 * authenticated. Their one secret wraps blobs, so Mac and raw ciphers are refused.
 *
 * <p>Rotation: the current version is frozen as a version record ({@code ID/versions/N}, created
 * once), the next one is created likewise, then the top record goes over to it. Who finds the next
 * one there already, of a crash or of another writer, goes over to that.
 */
final class RustfsKvStore implements RecordStore {
  private record Found(KeyRecord record, ObjectNode top, long version) {
    @Override
    public String toString() {
      return "Found[version %d]".formatted(version);
    }
  }

  private final VaultClient vault;
  private final KvEngine kv;
  private final RecentReads<KeyRecord> reads;

  RustfsKvStore(VaultClient vault, KvEngine kv, LongSupplier nanoTime) {
    this.vault = vault;
    this.kv = kv;
    this.reads = new RecentReads<>(nanoTime);
  }

  @Override
  public Capabilities capabilities() {
    return new Capabilities(true, true, true, true, false, true);
  }

  @Override
  public String originOf(String made) {
    return KeyMetadata.ORIGIN_RUSTFS;
  }

  @Override
  public Optional<KeyRecord> find(String keyId) {
    Read<KeyRecord> known = reads.last(keyId);
    if (known != null && reads.isFresh(known)) {
      return Optional.ofNullable(known.value());
    }
    return current(keyId).map(Found::record);
  }

  @Override
  public boolean remembers(String keyId) {
    return reads.remembers(keyId);
  }

  @Override
  public void refresh(String keyId) {
    current(keyId);
  }

  /** Returns a key that is not being destroyed. */
  private Optional<Found> current(String keyId) {
    if (!KvNames.isPlain(keyId)) {
      return Optional.empty();
    }
    long highest = reads.highest(keyId);
    long asked = reads.now();
    Entry entry = kv.read(keyId, subject(keyId)).orElse(null);
    if (entry == null) {
      reads.forgetAll(keyId);
      return Optional.empty();
    }
    if (entry.version() < highest) {
      reads.forgetAll(keyId); // another process destroyed that key and made this one
    }
    ObjectNode top = entry.data();
    if (top == null) {
      throw VaultClient.corrupt(keyId, "was deleted by another client (vault kv undelete)", null);
    }
    if (RustfsKvRecord.state(keyId, top) == KeyState.DELETED) {
      reads.keep(keyId, null, entry.version(), asked);
      return Optional.empty();
    }
    List<KeyVersion> versions = new ArrayList<>();
    for (int number : RustfsKvRecord.older(keyId, top)) {
      versions.add(older(keyId, number));
    }
    int number = top.path(RustfsKvRecord.VERSION).asInt(1);
    versions.add(RustfsKvRecord.versionIn(keyId, top, number));
    KeyRecord record = RustfsKvRecord.read(keyId, top, versions);
    reads.keep(keyId, record, entry.version(), asked);
    return Optional.of(new Found(record, top, entry.version()));
  }

  private KeyVersion older(String keyId, int number) {
    Entry entry = kv.read(versionName(keyId, number), subject(keyId)).orElse(null);
    ObjectNode fields = entry == null ? null : entry.data();
    if (fields == null) {
      throw VaultClient.corrupt(keyId, "of RustFS lacks its version %d".formatted(number), null);
    }
    return RustfsKvRecord.versionIn(keyId, fields, number);
  }

  private static String versionName(String keyId, int number) {
    return keyId + "/versions/" + number;
  }

  private static String subject(String keyId) {
    return "key \"" + keyId + "\"";
  }

  @Override
  public boolean create(KeyRecord key) {
    String keyId = key.metadata().keyId();
    if (!KvNames.isPlain(keyId)) {
      throw KmsException.of(
          ErrorKind.INVALID_REQUEST,
          "key id \"%s\": RustFS takes one name without slashes. Choose such an id"
              .formatted(keyId));
    }
    requireUsualBits(key);
    KeyVersion only = KeyVersion.compatible(1, key.current().material(), key.current().createdAt());
    KeyRecord compatible = new KeyRecord(key.metadata(), key.stateBeforeDeletion(), List.of(only));
    long written = kv.write(keyId, RustfsKvRecord.fresh(compatible), KvEngine.NONE, subject(keyId));
    reads.forgetAll(keyId);
    return written != KvEngine.LOST;
  }

  /** The one secret of such a record also wraps, and RustFS takes 32 bytes only. */
  private static void requireUsualBits(KeyRecord key) {
    if (key.metadata().keyBits() != KeyUsage.USUAL_BITS) {
      throw KmsException.of(
          ErrorKind.UNSUPPORTED_CAPABILITY,
          "key \"%s\" of %d bits: records that RustFS reads hold keys of %d bits only. Leave the length out, or keep the key in a backend of its own"
              .formatted(key.metadata().keyId(), key.metadata().keyBits(), KeyUsage.USUAL_BITS));
    }
  }

  @Override
  public KeyRecord update(String keyId, UnaryOperator<KeyRecord> change) {
    for (int i = 0; i < KvEngine.MOST_LOSSES; i++) {
      Found found = require(keyId);
      KeyRecord changed = change.apply(found.record());
      boolean rotates = changed.versions().size() > found.record().versions().size();
      ObjectNode top = rotates ? rotated(found, changed.current()) : found.top();
      if (write(keyId, RustfsKvRecord.changed(top, changed), found.version())) {
        return rotates ? require(keyId).record() : changed;
      }
    }
    throw KvEngine.lostTooOften(keyId);
  }

  private ObjectNode rotated(Found found, KeyVersion fresh) {
    String keyId = found.record().metadata().keyId();
    KeyVersion now = found.record().current();
    freeze(keyId, now);
    int next = now.id().number() + 1;
    KeyVersion made = KeyVersion.compatible(next, fresh.material(), fresh.createdAt());
    KeyVersion winner = freeze(keyId, made) ? made : older(keyId, next);
    ObjectNode top = found.top().deepCopy();
    if (!top.path(RustfsKvRecord.BASELINE).isIntegralNumber()) {
      top.put(RustfsKvRecord.BASELINE, now.id().number());
    }
    return top.put(RustfsKvRecord.VERSION, next).put(RustfsKvRecord.MATERIAL, winner.material());
  }

  /** Creates a version record; false if it is there, when it is never rewritten. */
  private boolean freeze(String keyId, KeyVersion version) {
    String name = versionName(keyId, version.id().number());
    return kv.write(name, RustfsKvRecord.version(version), KvEngine.NONE, subject(keyId))
        != KvEngine.LOST;
  }

  private boolean write(String keyId, ObjectNode top, long replaced) {
    long written = kv.write(keyId, top, replaced, subject(keyId));
    reads.noteSeen(keyId, written);
    reads.forget(keyId);
    return written != KvEngine.LOST;
  }

  private Found require(String keyId) {
    return current(keyId).orElseThrow(() -> KeyringBackend.notFound(keyId));
  }

  @Override
  public KeyRecord destroy(String keyId, UnaryOperator<KeyRecord> allowed) {
    for (int i = 0; i < KvEngine.MOST_LOSSES; i++) {
      Found found = require(keyId);
      KeyRecord gone = allowed.apply(found.record());
      if (write(keyId, RustfsKvRecord.changed(found.top(), deleted(gone)), found.version())) {
        for (String version : kv.list(keyId + "/versions", subject(keyId))) {
          kv.remove(keyId + "/versions/" + version, subject(keyId));
        }
        kv.remove(keyId, subject(keyId));
        reads.forgetAll(keyId);
        return gone;
      }
    }
    throw KvEngine.lostTooOften(keyId);
  }

  private static KeyRecord deleted(KeyRecord gone) {
    KeyMetadata m = gone.metadata();
    return gone.with(
        new KeyMetadata(
            m.keyId(),
            KeyState.DELETED,
            m.usage(),
            m.description(),
            m.tags(),
            m.createdAt(),
            m.rotatedAt(),
            null,
            m.currentVersion(),
            m.origin(),
            m.createdBy()));
  }

  @Override
  public NavigableSet<String> ids() {
    return kv.list("", "the list of keys");
  }

  @Override
  public void check() {
    vault.check();
    VaultClient.unlessDenied(() -> kv.list("", "health check"));
  }

  @Override
  public void close() {
    reads.clear();
    vault.close();
  }
}
