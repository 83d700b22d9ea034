package io.claviger.backend.local;

import io.claviger.backend.keyring.KeyRecord;
import io.claviger.backend.keyring.KeyringBackend;
import io.claviger.config.LocalConfig;
import io.claviger.kms.BackendSettings;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KeyState;
import io.claviger.kms.KmsBackend;
import io.claviger.kms.KmsException;
import io.claviger.kms.SecretBytes;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What an operator does with a key folder: change its passphrase, seal it under a new root key,
 * back it up, restore, take in the keys of a RustFS folder, look for damage. Applications go on
 * meanwhile; they notice within a second.
 *
 * <p>Threads: safe. Blocking: files, and some 50 ms of Argon2id for each passphrase; changes wait
 * for each other at most 30 s. Every method throws {@link KmsException}: UNAVAILABLE when files
 * cannot be read or written (the message says whether anything was changed), TIMED_OUT when others
 * hold the folder's lock, CORRUPT_RECORD when a file is damaged, INVALID_CONFIGURATION for a wrong
 * passphrase, NOT_RUNNING after {@link #close}.
 */
public final class LocalKeyFolder implements AutoCloseable {
  private final OpenFolder folder;
  private final FileRecordStore store;
  private final RootChanges root;

  LocalKeyFolder(OpenFolder folder) {
    this.folder = folder;
    this.store = LocalBackendFactory.store(folder, BackendSettings.DEFAULT);
    this.root = new RootChanges(folder, store);
  }

  /**
   * What an import did, by key ids.
   *
   * @param imported keys that are there now
   * @param alreadyThere keys that were there; they open the same blobs
   * @param refusals keys that were not imported, each with what was found and what to do
   */
  public record Report(
      List<String> imported, List<String> alreadyThere, Map<String, String> refusals) {
    public Report {
      imported = List.copyOf(imported);
      alreadyThere = List.copyOf(alreadyThere);
      refusals = Collections.unmodifiableSortedMap(new TreeMap<>(refusals));
    }

    /** Returns the ids of the keys that were not imported, sorted. */
    public List<String> refused() {
      return List.copyOf(refusals.keySet());
    }
  }

  /**
   * What {@link #rebuild} found.
   *
   * @param states the state of each key that can be used now, by id
   * @param unfinished ids of the keys whose record is of a change that seems to have been cut off
   *     and never acknowledged: nothing else was left, or it only adds versions; look at each
   * @param setAside files with a record of such a key to which another was preferred, set aside
   * @param unreadable record files that are damaged; their content is left as it is. Also those
   *     that the disk did not give (a failing sector, rights): their keys, in {@code states} only
   *     if there is a newer record, work once the file can be read
   * @param notes what could not be taken, by key id, or by file where the id is not known, and what
   *     to do: a key without a record, an older record than the manifest named, versions of a
   *     record that was not taken. Empty when all is well
   */
  public record Rebuilt(
      Map<String, KeyState> states,
      List<String> unfinished,
      List<String> setAside,
      List<String> unreadable,
      Map<String, String> notes) {
    public Rebuilt {
      states = Collections.unmodifiableSortedMap(new TreeMap<>(states));
      unfinished = List.copyOf(unfinished);
      setAside = List.copyOf(setAside);
      unreadable = List.copyOf(unreadable);
      notes = Collections.unmodifiableSortedMap(new TreeMap<>(notes));
    }

    /** Returns the keys that can be used now, sorted. */
    public List<String> keyIds() {
      return List.copyOf(states.keySet());
    }
  }

  /**
   * Opens a folder, or makes it unless {@code config} says otherwise. Opening one takes no lock and
   * writes nothing.
   */
  public static LocalKeyFolder open(LocalConfig config) {
    boolean insecure = config.masterKey() == null;
    return new LocalKeyFolder(
        LocalBackendFactory.openFolder(config, insecure, BackendSettings.DEFAULT.timeout()));
  }

  /**
   * Makes the manifest of a folder again, from its records: after the manifest was lost or damaged,
   * or after records were put back from a backup on purpose. Each key has its newest record
   * afterwards; nothing is deleted. A key of which no record can be read keeps its name, so that
   * none is made in its place ({@link #giveUp}). Stop the processes that use the folder before, and
   * restart them after it.
   *
   * @param folder the folder; needs its manifest or its root copy
   * @param passphrase its passphrase; stays the caller's
   * @throws KmsException INVALID_CONFIGURATION for a wrong passphrase; CORRUPT_RECORD if there is
   *     no root key, or one that does not fit the records; UNAVAILABLE if files cannot be read, or
   *     records of which no manifest says whose they are: then nothing was changed
   */
  public static Rebuilt rebuild(Path folder, SecretBytes passphrase) {
    return LocalBackendFactory.rebuild(folder, passphrase);
  }

  /** Returns the keys as a backend; closing either closes both. */
  public KmsBackend backend(BackendSettings settings) {
    return new KeyringBackend(store, settings);
  }

  /**
   * Replaces the passphrase, in one step: no file of the folder opens with the old one any more.
   * Copies of the folder that were taken before still do: if it became known, {@link #rotateRoot}
   * afterwards.
   *
   * @param passphrase the new one, without white space around it, which a configuration file could
   *     not give; stays the caller's
   * @throws KmsException INVALID_REQUEST if it is empty, wiped or has white space around it
   */
  public void changePassphrase(SecretBytes passphrase) {
    requireGood(passphrase);
    root.changePassphrase(passphrase.toByteArray());
  }

  /**
   * Seals every record under a new root key, in batches between which other changes run; called
   * again after a crash it finishes what was begun and rotates again. Blobs and objects are not
   * touched.
   *
   * @throws KmsException CORRUPT_RECORD if records are damaged: all others are sealed under the new
   *     root key, and the old one is kept so that the damaged ones can still be restored
   */
  public void rotateRoot() {
    root.rotateRoot();
  }

  /**
   * Gives a key up for good of which no record can be read: what is left of it is deleted, and a
   * key of this id can be created or imported again. What was sealed under it never opens again,
   * unless an import brings it back.
   *
   * <p>Ask first whether a process that runs still uses the key: there, any change of it writes its
   * record again, and nothing is lost.
   *
   * @throws KmsException INVALID_REQUEST, changing nothing, if a record of the key can be read or
   *     is in the memory of this object; KEY_NOT_FOUND if nothing of it is there; UNAVAILABLE if
   *     the disk does not give a record that may be good
   */
  public void giveUp(String keyId) {
    store.giveUp(keyId);
  }

  /**
   * Returns the ids of keys that cannot be used since their records are damaged, missing or cannot
   * be read.
   */
  public List<String> damagedKeyIds() {
    List<String> damaged = new ArrayList<>();
    read(damaged);
    return damaged;
  }

  /** Returns the keys whose records can be read, and adds the ids of the others. */
  private List<KeyRecord> read(List<String> damaged) {
    List<KeyRecord> good = new ArrayList<>();
    for (String id : store.ids()) {
      try {
        good.add(store.verify(id));
      } catch (KmsException e) {
        if (e.kind() == ErrorKind.CORRUPT_RECORD) {
          damaged.add(id);
        } else if (e.kind() != ErrorKind.KEY_NOT_FOUND) { // destroyed meanwhile
          throw e;
        }
      }
    }
    return good;
  }

  /** Returns the same, and of damaged ones what this process has in memory. */
  private List<KeyRecord> readOrRemembered(List<String> damaged) {
    List<KeyRecord> good = read(damaged);
    damaged.removeIf(
        id -> {
          KeyRecord known = store.rememberedRecord(id);
          return known != null && good.add(known);
        });
    return good;
  }

  /**
   * Returns the names of record files that belong to no key and were set aside: left by a change
   * that was cut off, or unknown to an older manifest that was put back. {@link #rebuild} reads
   * them; they go when their key is destroyed.
   */
  public List<String> setAside() {
    folder.requireOpen();
    return folder.calls.call(folder.files::names).stream()
        .filter(name -> RecordName.parse(name) != null && RecordName.isAside(name))
        .toList();
  }

  /**
   * Writes all keys into a new file, sealed under a passphrase of its own. A key whose record is
   * damaged or gone and that this object still has in memory is written from there.
   *
   * @throws KmsException CORRUPT_RECORD, naming them, if other keys are damaged, INVALID_REQUEST if
   *     the file exists already or is inside the key folder; then nothing is written
   */
  public void exportTo(Path bundle, SecretBytes passphrase) {
    List<String> damaged = new ArrayList<>();
    List<KeyRecord> keys = readOrRemembered(damaged);
    if (!damaged.isEmpty()) {
      throw KmsException.of(
          ErrorKind.CORRUPT_RECORD,
          "the keys %s are damaged or cannot be read, and would be missing in the bundle; nothing was written. Restore them, or export the others with exportReadableTo"
              .formatted(damaged));
    }
    write(bundle, passphrase, keys);
  }

  /**
   * Writes the keys that can be read into a new file, as {@link #exportTo} does.
   *
   * @return the ids of the keys that were left out since they are damaged or cannot be read
   */
  public List<String> exportReadableTo(Path bundle, SecretBytes passphrase) {
    List<String> damaged = new ArrayList<>();
    write(bundle, passphrase, readOrRemembered(damaged));
    return damaged;
  }

  /**
   * Refuses a passphrase that protects nothing, or that no configuration could give: of a file the
   * white space around it is dropped.
   */
  private static void requireGood(SecretBytes passphrase) {
    String found = passphrase.use(LocalKeyFolder::whatIsWrong);
    if (found != null) {
      throw KmsException.of(
          ErrorKind.INVALID_REQUEST,
          "the new passphrase %s. Nothing was changed; give one that nobody guesses, without white space around it"
              .formatted(found));
    }
  }

  private static @Nullable String whatIsWrong(byte[] passphrase) {
    if (passphrase.length == 0) {
      return "is empty";
    }
    int all = 0;
    for (byte b : passphrase) {
      all |= b;
    }
    if (all == 0) {
      return "is nothing but zero bytes, as a wiped one is";
    }
    boolean space = isSpace(passphrase[0]) || isSpace(passphrase[passphrase.length - 1]);
    return space ? "has white space around it" : null;
  }

  private static boolean isSpace(byte b) {
    return b >= 0 && b <= ' ';
  }

  private void write(Path bundle, SecretBytes passphrase, List<KeyRecord> keys) {
    requireGood(passphrase);
    Path parent = bundle.toAbsolutePath().normalize().getParent();
    if (parent != null && folder.files.isAt(parent)) {
      throw KmsException.of(
          ErrorKind.INVALID_REQUEST,
          "%s is inside the key folder, where a bundle would be lost with it, or taken for a file of the folder; choose another place"
              .formatted(bundle));
    }
    byte[] sealed = passphrase.<byte[]>use(secret -> KeyBundle.seal(keys, secret));
    folder.calls.call(() -> written(bundle, sealed));
  }

  private static boolean written(Path bundle, byte[] sealed) {
    try {
      KeyFolder.writeBackup(bundle, sealed, new Disk());
      return true;
    } catch (FileAlreadyExistsException e) {
      throw KmsException.of(
          ErrorKind.INVALID_REQUEST,
          "%s exists already and is not overwritten; choose another name".formatted(bundle),
          e);
    } catch (IOException e) {
      throw KmsException.of(
          ErrorKind.UNAVAILABLE,
          "%s cannot be written; check path, rights and space".formatted(bundle),
          e);
    }
  }

  /**
   * Takes in the keys of a bundle, in one step. A key that is there already is left as it is, and
   * counts as there, if it opens all that the bundle's opens; it gets the newer versions, and
   * counts as imported, if the bundle's opens all that it opens and more; else it is refused, also
   * if its record is damaged or missing ({@link #giveUp} makes room); so is a key of which the
   * folder has a record that its manifest does not name ({@link #setAside}): {@link #rebuild} finds
   * it. The report says of each why.
   */
  public Report importFrom(Path bundle, SecretBytes passphrase) {
    folder.requireOpen();
    byte[] content = folder.calls.call(() -> content(bundle));
    List<KeyRecord> keys = passphrase.use(secret -> KeyBundle.open(content, secret)).keys();
    return KeyImport.of(keys).into(store);
  }

  /**
   * Checks that a bundle opens, before a folder is made for its keys. Needs no folder.
   *
   * @param passphrase of the bundle; stays the caller's
   * @throws KmsException as {@link #importFrom} for a bundle that it cannot open
   */
  public static void checkBundle(Path bundle, SecretBytes passphrase) {
    byte[] content = content(bundle);
    passphrase.use(secret -> KeyBundle.open(content, secret));
  }

  private static byte[] content(Path bundle) {
    try {
      return Files.readAllBytes(bundle);
    } catch (IOException e) {
      throw KmsException.of(
          ErrorKind.UNAVAILABLE, "%s cannot be read; check path and rights".formatted(bundle), e);
    }
  }

  /**
   * Makes keys of Claviger of the keys of a RustFS folder, which stays as it is: each gets a
   * wrapping secret of its own, and what RustFS sealed under it goes on opening.
   *
   * @param rustfsFolder RustFS's key folder
   * @param masterKey RustFS's master key
   */
  public Report importRustfs(Path rustfsFolder, SecretBytes masterKey) {
    folder.requireOpen();
    RustfsFolder other = folder.calls.call(() -> new RustfsFolder(rustfsFolder, masterKey));
    List<KeyRecord> readable = new ArrayList<>();
    Map<String, String> refused = new TreeMap<>();
    for (String id : other.ids()) {
      try {
        other.find(id).map(RustfsFolder::withOwnWrapSecret).ifPresent(readable::add);
      } catch (KmsException e) {
        if (e.kind() != ErrorKind.CORRUPT_RECORD) {
          throw e;
        }
        refused.put(id, String.valueOf(e.getMessage()));
      }
    }
    return KeyImport.ofRustfs(readable, refused).into(store);
  }

  /** Ends all use of this folder, its backends too, and wipes what is held in memory. */
  @Override
  public void close() {
    store.close();
  }
}
