package io.claviger.backend.local;

import io.claviger.backend.keyring.KeyRecord;
import io.claviger.backend.keyring.KeyringBackend;
import io.claviger.backend.local.KeyBundle.Content;
import io.claviger.config.LocalConfig;
import io.claviger.kms.BackendSettings;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsBackend;
import io.claviger.kms.KmsException;
import io.claviger.kms.SecretBytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * What an operator does with a key folder: change its passphrase, seal it under a new root key,
 * back it up, restore, take in the keys of a RustFS folder, look for damage. Applications go on
 * meanwhile; they notice within a second.
 *
 * <p>Threads: safe. Blocking: files, and some 50 ms of Argon2id for each passphrase. Every method
 * throws {@link KmsException}: UNAVAILABLE when files cannot be read or written (then the old state
 * is intact), CORRUPT_RECORD when one is damaged, INVALID_CONFIGURATION for a wrong passphrase.
 */
public final class LocalKeyFolder implements AutoCloseable {
  private final OpenFolder folder;
  private final FileRecordStore store;

  private LocalKeyFolder(OpenFolder folder) {
    this.folder = folder;
    this.store = new FileRecordStore(folder, System::nanoTime);
  }

  /** What an import did, by key ids. */
  public record Report(List<String> imported, List<String> alreadyThere, List<String> refused) {
    public Report {
      imported = List.copyOf(imported);
      alreadyThere = List.copyOf(alreadyThere);
      refused = List.copyOf(refused);
    }
  }

  /** Opens a folder, or makes it. */
  public static LocalKeyFolder open(LocalConfig config) {
    return new LocalKeyFolder(LocalBackendFactory.openFolder(config));
  }

  /** Returns the keys as a backend; closing either closes both. */
  public KmsBackend backend(BackendSettings settings) {
    return new KeyringBackend(store, settings);
  }

  /**
   * Replaces the passphrase, in one step. Copies of the folder that were taken before still open
   * with the old one: if it became known, {@link #rotateRoot} afterwards.
   *
   * @param passphrase the new one, at least one byte; stays the caller's
   */
  public void changePassphrase(SecretBytes passphrase) {
    if (passphrase.length() == 0) {
      throw KmsException.of(
          ErrorKind.INVALID_REQUEST, "the new passphrase is empty; choose one that nobody guesses");
    }
    folder.changePassphrase(passphrase.toByteArray());
  }

  /**
   * Seals every record under a new root key; a crash in the middle is gone on with at the next
   * opening. Blobs and objects are not touched.
   */
  public void rotateRoot() {
    folder.rotateRoot();
  }

  /**
   * Returns the ids of keys that cannot be used since their records are damaged, missing or old.
   */
  public List<String> damagedKeyIds() {
    List<String> damaged = new ArrayList<>();
    FileRecordStore fresh = new FileRecordStore(folder, System::nanoTime);
    for (String id : fresh.ids()) {
      if (isDamaged(fresh, id)) {
        damaged.add(id);
      }
    }
    return damaged;
  }

  private static boolean isDamaged(FileRecordStore fresh, String keyId) {
    try {
      fresh.find(keyId);
      return false;
    } catch (KmsException e) {
      if (e.kind() == ErrorKind.CORRUPT_RECORD) {
        return true;
      }
      throw e;
    }
  }

  /**
   * Accepts the records as they lie there, older or newer, and writes the index anew: after it was
   * lost, or after a backup of single records was put back on purpose. Damaged records stay as they
   * are and stay refused.
   *
   * @return the ids accepted
   */
  public List<String> rebuildIndex() {
    return new ArrayList<>(folder.rebuildIndex());
  }

  /**
   * Writes all keys that can be read into a new file, sealed under a passphrase of its own.
   *
   * @throws KmsException INVALID_REQUEST if the file exists already
   */
  public void exportTo(Path bundle, SecretBytes passphrase) {
    List<KeyRecord> keys = new ArrayList<>();
    FileRecordStore fresh = new FileRecordStore(folder, System::nanoTime);
    for (String id : fresh.ids()) {
      if (!isDamaged(fresh, id)) {
        fresh.find(id).ifPresent(keys::add);
      }
    }
    byte[] sealed = passphrase.<byte[]>use(secret -> KeyBundle.seal(keys, secret));
    try {
      KeyFolder.writeNew(bundle, sealed);
    } catch (java.nio.file.FileAlreadyExistsException e) {
      throw KmsException.of(
          ErrorKind.INVALID_REQUEST,
          "%s exists already and is not overwritten; name another file".formatted(bundle),
          e);
    } catch (IOException e) {
      throw KmsException.of(
          ErrorKind.UNAVAILABLE,
          "%s cannot be written; check path and rights".formatted(bundle),
          e);
    }
  }

  /**
   * Takes in the keys of a bundle. A key that is there with the same versions is left as it is; one
   * that is there with other versions is refused and left as it is.
   */
  public Report importFrom(Path bundle, SecretBytes passphrase) {
    byte[] content;
    try {
      content = Files.readAllBytes(bundle);
    } catch (IOException e) {
      throw KmsException.of(
          ErrorKind.UNAVAILABLE, "%s cannot be read; check path and rights".formatted(bundle), e);
    }
    Content opened = passphrase.<Content>use(secret -> KeyBundle.open(content, secret));
    return take(opened.keys(), List.of());
  }

  /**
   * Takes in the keys of a RustFS key folder, which is only read: state, dates, tags and material.
   * Each gets a wrapping secret of its own; blobs and data key envelopes that RustFS made go on
   * opening.
   *
   * @param rustfsFolder RustFS's key folder
   * @param masterKey RustFS's master key
   */
  public Report importRustfs(Path rustfsFolder, SecretBytes masterKey) {
    RustfsFolder other = new RustfsFolder(rustfsFolder, masterKey);
    List<KeyRecord> readable = new ArrayList<>();
    List<String> refused = new ArrayList<>();
    for (String id : other.ids()) {
      try {
        other.find(id).map(RustfsFolder::withOwnWrapSecret).ifPresent(readable::add);
      } catch (KmsException e) {
        if (e.kind() != ErrorKind.CORRUPT_RECORD) {
          throw e;
        }
        refused.add(id);
      }
    }
    return take(readable, refused);
  }

  private Report take(List<KeyRecord> keys, List<String> refusedBefore) {
    List<String> imported = new ArrayList<>();
    List<String> there = new ArrayList<>();
    TreeSet<String> refused = new TreeSet<>(refusedBefore);
    for (KeyRecord key : keys) {
      String id = key.metadata().keyId();
      if (store.create(key)) {
        imported.add(id);
      } else if (sameSecrets(id, key)) {
        there.add(id);
      } else {
        refused.add(id);
      }
    }
    return new Report(imported, there, new ArrayList<>(refused));
  }

  private boolean sameSecrets(String keyId, KeyRecord key) {
    try {
      Optional<KeyRecord> found = store.find(keyId);
      return found.isPresent() && found.get().hasMaterialOf(key);
    } catch (KmsException e) {
      return false; // damaged: left as it is
    }
  }

  /** Wipes what is held in memory. */
  @Override
  public void close() {
    store.close();
  }
}
