package io.claviger.backend.local;

import io.claviger.backend.keyring.PassphraseKey;
import io.claviger.backend.local.Draft.NewRoot;
import io.claviger.backend.local.Manifest.Entry;
import io.claviger.backend.local.OpenFolder.State;
import io.claviger.backend.local.RecordFile.Stored;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsException;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * Changes of the passphrase, one rename, and of the root key: one rename brings the new one beside
 * the old, batches re-seal the records with other changes in between, the last rename drops the old
 * one. Every process can continue a rotation that a crash cut off.
 */
final class RootChanges {
  private static final int BATCH = 500;

  private final OpenFolder folder;
  private final FileRecordStore store;
  private final Supplier<PassphraseKey> cost;

  RootChanges(OpenFolder folder, FileRecordStore store) {
    this(folder, store, PassphraseKey::fresh);
  }

  /** With another cost of the passphrase, for the many changes that tests make. */
  RootChanges(OpenFolder folder, FileRecordStore store, Supplier<PassphraseKey> cost) {
    this.folder = folder;
    this.store = store;
    this.cost = cost;
  }

  /** Wraps the root key under another passphrase, which is adopted. */
  synchronized void changePassphrase(byte[] fresh) {
    byte[][] json = new byte[1][];
    try {
      store.change(
          draft -> {
            State base = draft.base();
            folder.requirePassphrase(base);
            json[0] =
                RootFile.encode(base.roots(), fresh, base.manifest().generation() + 1, cost.get());
            draft.setRoot(new NewRoot(base.roots(), json[0]));
            return true;
          });
    } finally {
      if (Arrays.equals(json[0], folder.calls.call(folder::look).manifest().rootJson())) {
        folder.setPassphrase(fresh);
      }
    }
  }

  /** Seals everything under a new root key, after finishing a rotation that was cut off. */
  synchronized void rotateRoot() {
    try {
      rotate();
    } catch (KmsException e) {
      boolean underWay = folder.calls.call(folder::look).roots().previous() != null;
      throw e.kind() == ErrorKind.UNAVAILABLE && underWay ? cutOff(e) : e;
    }
  }

  private KmsException cutOff(KmsException why) {
    Throwable cause = why.getCause();
    return KmsException.of(
        ErrorKind.UNAVAILABLE,
        "the root key of the key folder %s was changed, but a failure (%s) came before every record was sealed under the new one: the old one stays beside it, and all keys work. Repair the disk or its rights and call rotateRoot again: it goes on from there"
            .formatted(folder.files, KeyFolder.why(cause == null ? why : cause)),
        cause);
  }

  private void rotate() {
    finish();
    store.change(
        draft -> {
          State base = draft.base();
          if (base.roots().previous() == null) {
            RootKeys both = new RootKeys(Root.fresh(), base.roots().current());
            byte[] json = wrapped(both, base);
            draft.setRoot(new NewRoot(both, json));
          }
          return true;
        });
    finish();
  }

  private void finish() {
    Set<String> damaged = new TreeSet<>();
    while (store.change(draft -> goOn(draft, damaged))) {
      // other changes come between the steps
    }
    if (!damaged.isEmpty()) {
      throw KmsException.of(
          ErrorKind.CORRUPT_RECORD,
          "the root key of the key folder %s is changed, but the old one stays beside it: the records of %s are damaged and could be restored under it alone, or newer ones are there that the manifest does not name. Restore their files from a backup, let LocalKeyFolder.rebuild(folder, passphrase) take the newer ones, or give keys that are lost for good up with LocalKeyFolder.giveUp, and call rotateRoot again"
              .formatted(folder.files, damaged));
    }
  }

  /**
   * Makes the next step of the rotation that is under way, whichever process began it; returns
   * whether there was one. What it does follows from the state under the lock alone: another
   * process may have finished this rotation since the last step, and begun one more.
   */
  private boolean goOn(Draft draft, Set<String> damaged) {
    State base = draft.base();
    if (base.roots().previous() == null) {
      damaged.clear();
      return false;
    }
    if (reseal(draft, damaged)) {
      return true;
    }
    damaged.removeIf(keyId -> !isUnderOldRoot(base, keyId));
    if (!damaged.isEmpty()) {
      return false;
    }
    dropOld(draft);
    return true;
  }

  private static boolean isUnderOldRoot(State base, String keyId) {
    Entry entry = base.entry(keyId);
    return entry != null && base.manifest().isUnderOldRoot(entry);
  }

  /** Adds a batch of records under the old root key; returns whether there were any. */
  private static boolean reseal(Draft draft, Set<String> damaged) {
    State base = draft.base();
    int found = 0;
    for (Map.Entry<String, Entry> e : base.manifest().entries().entrySet()) {
      String keyId = e.getKey();
      if (!base.manifest().isUnderOldRoot(e.getValue()) || damaged.contains(keyId)) {
        continue;
      }
      try {
        draft.find(keyId).ifPresent(draft::put);
        found++;
      } catch (KmsException corrupt) {
        if (corrupt.kind() != ErrorKind.CORRUPT_RECORD) {
          throw corrupt;
        }
        damaged.add(keyId);
      }
      if (found == BATCH) {
        break;
      }
    }
    return found > 0;
  }

  /** Only when no record needs the old root key any more. */
  private void dropOld(Draft draft) {
    State base = draft.base();
    RootKeys current = new RootKeys(base.roots().current(), null);
    byte[] json = wrapped(current, base);
    for (String file : folder.files.names()) {
      RecordName name = RecordName.parse(file);
      if (name != null && RecordName.isAside(file)) {
        resealAside(file, name, base.roots(), draft);
      }
    }
    draft.setRoot(new NewRoot(current, json));
  }

  private byte[] wrapped(RootKeys keys, State base) {
    return RootFile.encode(
        keys, folder.requirePassphrase(base), base.manifest().generation() + 1, cost.get());
  }

  /** What was set aside stays readable for {@code rebuild}, under the new root key alone. */
  private void resealAside(String file, RecordName name, RootKeys roots, Draft draft) {
    KeyFolder files = folder.files;
    try {
      byte[] content = files.read(file).orElse(new byte[0]);
      Stored stored = RecordFile.decode(file, content, roots::find);
      if (stored.rootId() == roots.current().id()) {
        return;
      }
      RecordName fresh = name.renewed();
      files.writeNew(
          RecordName.isUnfinished(file) ? fresh.unfinishedName() : fresh.asideName(),
          RecordFile.encode(stored.record(), stored.generation(), roots.current()));
      draft.supersede(name);
    } catch (IOException e) {
      throw files.unavailable("written", e);
    } catch (KmsException e) {
      if (e.kind() != ErrorKind.CORRUPT_RECORD) {
        throw e;
      }
      // damaged, and nobody's record: it stays as it is
    }
  }
}
