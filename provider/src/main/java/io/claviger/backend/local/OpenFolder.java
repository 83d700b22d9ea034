package io.claviger.backend.local;

import io.claviger.backend.local.IndexFile.Entry;
import io.claviger.backend.local.KeyFolder.Stamp;
import io.claviger.backend.local.RecordFile.Stored;
import io.claviger.backend.local.RootKeys.Root;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A key folder with its root keys and its index, kept up to date with what other processes do.
 *
 * <p>Threads: safe.
 */
final class OpenFolder {
  private static final Logger LOG = LoggerFactory.getLogger(OpenFolder.class);

  final KeyFolder files;
  final RecordIndex index;
  private final FolderLock lock;
  private final RootFile rootFile;
  private volatile byte[] passphrase;
  private volatile RootKeys roots;
  private volatile @Nullable Stamp rootStamp;

  private OpenFolder(KeyFolder files, byte[] passphrase) {
    this.files = files;
    this.passphrase = passphrase;
    this.lock = new FolderLock(files);
    this.rootFile = new RootFile(files);
    this.index = new RecordIndex(files);
    this.roots = lock.locked(this::openOrCreate);
  }

  /** Opens a folder, or makes it; {@code passphrase} is adopted. */
  static OpenFolder open(KeyFolder files, byte[] passphrase) {
    files.prepare();
    OpenFolder open = new OpenFolder(files, passphrase);
    open.refresh();
    if (open.index.isWhole()) {
      open.locked(() -> true);
    } else {
      LOG.error("{}: the index is damaged; keys can be used but not changed", files);
    }
    return open;
  }

  private RootKeys openOrCreate() {
    Optional<RootKeys> found = rootFile.open(passphrase);
    if (found.isPresent()) {
      rootStamp = files.stamp(files.rootFile());
      return found.get();
    }
    if (!files.keyIds().isEmpty()) {
      throw rootFile.damaged(
          "is missing, but the folder holds keys; restore it from a backup", null);
    }
    RootKeys made = new RootKeys(Root.fresh(), null);
    files.delete(files.indexFile()); // of a creation that a crash cut off
    RecordIndex.create(files, made.current());
    rootFile.create(made, passphrase);
    rootStamp = files.stamp(files.rootFile());
    return made;
  }

  RootKeys roots() {
    return roots;
  }

  /** Takes in what other processes changed: root keys, then index. */
  void refresh() {
    Stamp now = files.stamp(files.rootFile());
    if (now == null || !now.equals(rootStamp)) {
      reopenRoot();
      rootStamp = now;
    }
    index.refresh(roots);
  }

  private void reopenRoot() {
    try {
      roots =
          rootFile
              .open(passphrase)
              .orElseThrow(() -> rootFile.damaged("is missing; restore it from a backup", null));
    } catch (KmsException e) {
      if (e.kind() != ErrorKind.INVALID_CONFIGURATION) {
        throw e;
      }
      // The root keys known here go on working until another process rotates them.
      LOG.warn(
          "the passphrase of the key folder {} was changed by another process; give the new one at the next start",
          files);
    }
  }

  /** Carries out a change alone, on the state of this instant, crashes before it mended. */
  <T> T locked(Supplier<T> change) {
    return lock.locked(
        () -> {
          refresh();
          index.requireWhole();
          mend();
          if (roots.previous() != null) {
            finishRotation();
          }
          T answer = change.get();
          if (index.wantsCompaction()) {
            index.rewrite(roots.current());
          }
          return answer;
        });
  }

  /** Ends the change that a crash cut off: it happened, or it did not. */
  private void mend() {
    Entry pending = index.pending();
    if (pending == null) {
      return;
    }
    files.removeLeftovers();
    String keyId = pending.keyId();
    if (pending.type() == IndexFile.GONE) {
      files.delete(files.recordFile(keyId));
    } else if (!happened(pending)) {
      Entry before = index.before();
      index.append(
          before != null
              ? before
              : new Entry(IndexFile.GONE, keyId, pending.generation(), pending.digest()));
    }
    index.append(Entry.done());
    LOG.info("key folder {}: a change of key \"{}\" that was cut off is settled", files, keyId);
  }

  private boolean happened(Entry pending) {
    try {
      Optional<Stored> found = read(pending.keyId());
      return found.isPresent()
          && found.get().generation() == pending.generation()
          && Arrays.equals(found.get().digest(), pending.digest());
    } catch (KmsException e) {
      if (e.kind() == ErrorKind.CORRUPT_RECORD) {
        return false; // whatever lies there is judged, and reported, on its own
      }
      throw e;
    }
  }

  /** Returns a record as it lies there, authentic but not compared with the index. */
  Optional<Stored> read(String keyId) {
    return files
        .read(files.recordFile(keyId))
        .map(content -> RecordFile.decode(keyId, content, id -> roots.find(id)));
  }

  /** Replaces the passphrase, in one step. */
  void changePassphrase(byte[] fresh) {
    locked(
        () -> {
          rootFile.open(passphrase); // this process must have the right one
          rootFile.replace(roots, fresh);
          Arrays.fill(passphrase, (byte) 0);
          passphrase = fresh;
          rootStamp = files.stamp(files.rootFile());
          return true;
        });
  }

  /** Seals everything under a new root key. */
  void rotateRoot() {
    locked(
        () -> {
          changeRoots(new RootKeys(Root.fresh(), roots.current()));
          finishRotation();
          return true;
        });
  }

  private void changeRoots(RootKeys changed) {
    rootFile.open(passphrase);
    rootFile.replace(changed, passphrase);
    roots = changed;
    rootStamp = files.stamp(files.rootFile());
  }

  /** Goes on where a rotation was cut off; each step may be repeated. */
  private void finishRotation() {
    Root current = roots.current();
    for (String keyId : files.keyIds()) {
      try {
        Optional<Stored> found = read(keyId);
        if (found.isPresent() && found.get().rootId() != current.id()) {
          files.replace(
              files.recordFile(keyId),
              RecordFile.encode(found.get().record(), found.get().generation(), current).content());
        }
      } catch (KmsException e) {
        if (e.kind() != ErrorKind.CORRUPT_RECORD) {
          throw e;
        }
        LOG.warn("key folder {}: a damaged record keeps its old root key", files, e);
      }
    }
    index.rewrite(current);
    changeRoots(new RootKeys(current, null));
    index.refresh(roots);
  }

  /** Writes an index that accepts what lies there; returns the ids accepted. */
  NavigableSet<String> rebuildIndex() {
    return lock.locked(
        () -> {
          NavigableSet<String> accepted = new TreeSet<>();
          List<Entry> entries = new ArrayList<>();
          for (String keyId : files.keyIds()) {
            try {
              read(keyId)
                  .ifPresent(
                      found -> {
                        entries.add(
                            new Entry(IndexFile.SET, keyId, found.generation(), found.digest()));
                        accepted.add(keyId);
                      });
            } catch (KmsException e) {
              LOG.warn("key folder {}: left out of the index", files, e);
            }
          }
          RecordIndex.write(files, roots.current(), entries);
          index.reread();
          index.refresh(roots);
          return accepted;
        });
  }

  void wipe() {
    Arrays.fill(passphrase, (byte) 0);
    roots.wipe();
  }
}
