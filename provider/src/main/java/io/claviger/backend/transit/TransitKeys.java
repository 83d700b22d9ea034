package io.claviger.backend.transit;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.claviger.backend.keyring.KeyringBackend;
import io.claviger.backend.vault.KvEngine;
import io.claviger.backend.vault.KvEngine.Entry;
import io.claviger.backend.vault.RecentReads;
import io.claviger.backend.vault.TransitEngine;
import io.claviger.backend.vault.TransitKeyType;
import io.claviger.config.VaultConfig;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KeyMetadata;
import io.claviger.kms.KeyState;
import io.claviger.kms.KmsException;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys of a Transit engine with their metadata in KV. A key is there when Transit has it; the
 * metadata is changed by check-and-set, and written for keys that have none.
 *
 * <p>Creation: the key first, which is no change where it is there, then its metadata as a new
 * record: of two writers one wins. Destruction: the mark {@code destroying} by check-and-set, which
 * a cancel that came first prevents, then the key, then the metadata; a crash between is finished
 * by the next attempt.
 */
final class TransitKeys {
  private static final Logger LOG = LoggerFactory.getLogger(TransitKeys.class);
  private static final int MOST_LOSSES = 64;

  /** The names that Transit takes. */
  private static final Pattern NAMES = Pattern.compile("\\w(([\\w-.]+)?\\w)?");

  /** A key with the KV version of its metadata. */
  private record Found(TransitKey key, long version) {}

  private final TransitEngine transit;
  private final KvEngine kv;
  private final RecentReads<TransitKey> reads;

  TransitKeys(TransitEngine transit, KvEngine kv, LongSupplier nanoTime) {
    this.transit = transit;
    this.kv = kv;
    this.reads = new RecentReads<>(nanoTime);
  }

  /** Returns a key, as it was within the last second; empty if there is none. */
  Optional<TransitKey> find(String keyId) {
    var known = reads.last(keyId);
    if (known != null && reads.isFresh(known)) {
      return Optional.ofNullable(known.value());
    }
    return current(keyId).map(Found::key);
  }

  TransitKey require(String keyId) {
    return find(keyId).orElseThrow(() -> KeyringBackend.notFound(keyId));
  }

  private Optional<Found> current(String keyId) {
    if (!isName(keyId)) {
      return Optional.empty();
    }
    String subject = subject(keyId);
    long highest = reads.highest(keyId);
    long asked = reads.now();
    Optional<TransitEngine.Key> there = transit.find(keyId, subject);
    if (there.isEmpty()) {
      reads.forgetAll(keyId);
      return Optional.empty();
    }
    if (there.get().type() == null) {
      throw KmsException.of(
          ErrorKind.INVALID_KEY_STATE,
          "key \"%s\" in Transit is of no type that is used here (%s, without derivation). Use another key"
              .formatted(keyId, TransitKeyType.names()));
    }
    Entry entry = kv.read(keyId, subject).orElse(null);
    ObjectNode record = entry == null ? null : entry.data();
    long version = entry == null ? KvEngine.NONE : entry.version();
    TransitKey key =
        record == null
            ? MetadataRecord.assumed(keyId, there.get())
            : MetadataRecord.read(keyId, record, there.get());
    if (version < highest) {
      reads.forgetAll(keyId); // another process destroyed that key and made this one
    }
    reads.keep(keyId, key, version, asked);
    return Optional.of(new Found(key, version));
  }

  /** The root key of KV records is not one of our keys, also where both share the engine. */
  private static boolean isName(String keyId) {
    return NAMES.matcher(keyId).matches() && !keyId.equals(VaultConfig.DEFAULT_ROOT_KEY_NAME);
  }

  private static String subject(String keyId) {
    return "key \"" + keyId + "\"";
  }

  /** Makes a key; false, changing nothing, if Transit has one of this name. */
  boolean create(KeyMetadata metadata) {
    String keyId = metadata.keyId();
    String subject = subject(keyId);
    if (!isName(keyId)) {
      throw KmsException.of(
          ErrorKind.INVALID_REQUEST,
          "key id \"%s\": Transit takes letters, digits, and _ - . inside, and \"%s\" is taken by VaultKV2. Choose another id"
              .formatted(keyId, VaultConfig.DEFAULT_ROOT_KEY_NAME));
    }
    TransitKeyType type = TransitKeyType.of(keyId, metadata.usage(), metadata.keyBits());
    // The record is read first: a client that makes the key after this look also changes its
    // version.
    Entry left = kv.read(keyId, subject).orElse(null);
    if (transit.find(keyId, subject).isPresent()) {
      return false;
    }
    transit.create(keyId, type, metadata.keyBits(), subject);
    ObjectNode record =
        MetadataRecord.write(
            JsonNodeFactory.instance.objectNode(),
            new TransitKey(
                metadata, KeyState.ENABLED, false, JsonNodeFactory.instance.objectNode()));
    long replaced = left == null ? KvEngine.NONE : left.version();
    boolean won = kv.write(keyId, record, replaced, subject) != KvEngine.LOST;
    reads.forgetAll(keyId);
    return won;
  }

  /** Changes the metadata of a key; what {@code change} throws goes out, nothing changed. */
  TransitKey update(String keyId, UnaryOperator<TransitKey> change) {
    return changed(keyId, change).key();
  }

  private Found changed(String keyId, UnaryOperator<TransitKey> change) {
    for (int i = 0; i < MOST_LOSSES; i++) {
      Found found = current(keyId).orElseThrow(() -> KeyringBackend.notFound(keyId));
      TransitKey changed = change.apply(found.key());
      long written =
          kv.write(
              keyId,
              MetadataRecord.write(found.key().record(), changed),
              found.version(),
              subject(keyId));
      reads.noteSeen(keyId, written);
      reads.forget(keyId);
      if (written != KvEngine.LOST) {
        return new Found(changed, written);
      }
    }
    throw KmsException.of(
        ErrorKind.RATE_LIMITED,
        "key \"%s\": other writers came first %d times; nothing was changed. Call again"
            .formatted(keyId, MOST_LOSSES));
  }

  /** Makes a new version in Transit, whose number the metadata follows. */
  TransitKey rotate(String keyId) {
    current(keyId)
        .orElseThrow(() -> KeyringBackend.notFound(keyId))
        .key()
        .standing()
        .requireEnabled("rotateKey");
    transit.rotate(keyId, subject(keyId));
    return update(keyId, key -> key);
  }

  /** Destroys a key if {@code allowed} does not throw for it; empty if another writer was first. */
  Optional<TransitKey> destroy(String keyId, UnaryOperator<TransitKey> allowed) {
    Found marked = changed(keyId, key -> allowed.apply(key).beingDestroyed());
    boolean destroyed =
        transit.allowDestruction(keyId, subject(keyId))
            && isNewest(keyId, marked.version())
            && transit.destroy(keyId, subject(keyId));
    if (destroyed) {
      forgetMetadata(keyId);
    }
    reads.forgetAll(keyId);
    return destroyed ? Optional.of(marked.key()) : Optional.empty();
  }

  /**
   * Whether nobody wrote the metadata since. Vault destroys a key by its name alone: without this
   * look two that destroy a key could hit one that a third has just made in its place.
   */
  private boolean isNewest(String keyId, long version) {
    return kv.read(keyId, subject(keyId)).filter(found -> found.version() == version).isPresent();
  }

  /** The key is gone; metadata that is left is taken over by the next key of this name. */
  private void forgetMetadata(String keyId) {
    try {
      kv.remove(keyId, subject(keyId));
    } catch (KmsException e) {
      LOG.warn("key \"{}\" is destroyed, but its metadata is left: {}", keyId, e.getMessage());
    }
  }

  NavigableSet<String> ids() {
    return transit.list("the list of keys");
  }

  void clear() {
    reads.clear();
  }
}
