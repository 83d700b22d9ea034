package io.claviger.backend.local;

import io.claviger.backend.keyring.KeyRecord;
import io.claviger.backend.local.Draft.NewRoot;
import io.claviger.backend.local.Manifest.Entry;
import io.claviger.backend.local.Manifest.Head;
import io.claviger.backend.local.OpenFolder.State;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out one change: new record files, then the manifest, whose rename ({@link
 * ManifestWriter}) is the commit point, then the files that it superseded go. Under the folder's
 * lock.
 */
final class FolderCommit {
  private static final Logger LOG = LoggerFactory.getLogger(FolderCommit.class);

  private final OpenFolder folder;
  private final KeyFolder files;
  private final ManifestWriter writer;
  private boolean
      tidy; // whether what crashes left was looked for since this process began or failed
  private long cleared; // the generation whose removed files this process deleted itself

  FolderCommit(OpenFolder folder) {
    this.folder = folder;
    this.files = folder.files;
    this.writer = new ManifestWriter(files);
  }

  /** Returns an empty draft over the state of this instant, what the last change left cleared. */
  Draft begin(BiFunction<String, Entry, KeyRecord> reader) {
    State base = folder.requireGood();
    OpenFolder.requireNewestRoot(files, base.manifest().rootJson());
    try {
      if (cleared != base.manifest().generation()) {
        clearBefore(base);
        cleared = base.manifest().generation();
      }
      if (!tidy || writer.isAnnounced(base.manifest().generation() + 1)) { // another was cut off
        tidyUp(base);
        tidy = true;
      }
    } catch (IOException e) {
      throw files.unavailable("written", e);
    }
    writer.copyRoot(base.manifest(), cause -> files.unavailable("written", cause));
    List<String> names = new ArrayList<>();
    return new Draft(
        base,
        reader,
        files,
        () -> {
          if (names.isEmpty()) { // once for all changes that are made together
            names.addAll(files.listing());
          }
          return names;
        });
  }

  /**
   * Deletes what the change before superseded and did not come to delete. Where the record that
   * took its place cannot be read, as when a copy of the folder was put back in part, the old one
   * is the only good one: it is set aside.
   */
  private void clearBefore(State base) throws IOException {
    for (RecordName name : base.manifest().removed()) {
      boolean there = name.fileNames().stream().anyMatch(files::exists);
      if (there && hasSuccessor(base, name)) {
        delete(List.of(name));
      } else if (there && files.exists(name.fileName())) {
        String aside = UnlistedRecords.setAside(files, name.fileName(), name, false);
        LOG.warn(
            "key folder {}: {} was replaced, but the record that took its place cannot be read. It is kept as {}; LocalKeyFolder.rebuild reads it",
            files,
            name.fileName(),
            aside);
      }
    }
  }

  /** Whether the key of a superseded record was destroyed, or its present record can be read. */
  private boolean hasSuccessor(State base, RecordName name) {
    Map.Entry<String, Entry> present = base.manifest().ofSameKey(name).orElse(null);
    if (present == null) {
      return true;
    }
    try {
      folder.read(present.getKey(), present.getValue(), base.roots());
      return true;
    } catch (KmsException damaged) {
      return false;
    }
  }

  /** Looks for what crashes left: unfinished writes go, unknown records are set aside. */
  private void tidyUp(State base) throws IOException {
    Set<RecordName> known = new HashSet<>();
    List<String> announced = new ArrayList<>();
    base.manifest().entries().values().forEach(entry -> known.add(entry.name()));
    for (String file : files.names()) {
      RecordName name = RecordName.parse(file);
      if (KeyFolder.isNew(file)) {
        announced.add(file);
      } else if (name != null && !known.contains(name) && !RecordName.isAside(file)) {
        boolean cutOff = writer.isAnnounced(name.generation());
        String aside = UnlistedRecords.setAside(files, file, name, cutOff);
        LOG.warn(
            cutOff
                ? "key folder {}: {} is of a change that was announced and not made, as far as the folder shows. It is set aside as {}; LocalKeyFolder.rebuild reads it"
                : "key folder {}: the manifest does not name {}: it is an older manifest, or the file was put back. It is set aside as {}; LocalKeyFolder.rebuild reads it",
            files,
            file,
            aside);
      } else if (name != null
          && known.contains(name)
          && RecordName.isAside(file)
          && !files.exists(name.fileName())) {
        files.rename(file, name.fileName());
      }
    }
    for (String file : announced) { // last: until then the next process looks again
      files.delete(file);
    }
  }

  /** Makes a change; UNAVAILABLE, saying which, when nothing happened or that is unknown. */
  void commit(Draft draft) {
    if (draft.isEmpty()) {
      return;
    }
    tidy = false; // until this change is whole
    State base = draft.base();
    NewRoot root = draft.root();
    RootKeys roots = root == null ? base.roots() : root.keys();
    long generation = base.manifest().generation() + 1;
    boolean rootIsNew = roots.current().id() != base.roots().current().id();
    NavigableMap<String, Entry> entries = new TreeMap<>(base.manifest().entries());
    List<RecordName> written = new ArrayList<>();
    List<RecordName> removed = new ArrayList<>(draft.superseded());
    Head head;
    Manifest next;
    writer.announce(generation);
    try {
      for (Map.Entry<String, Optional<KeyRecord>> change : draft.changed().entrySet()) {
        String keyId = change.getKey();
        Entry before = entries.remove(keyId);
        if (before != null && !draft.isGivenUp(keyId)) {
          removed.add(before.name());
        }
        if (change.getValue().isPresent()) {
          RecordName name = RecordName.fresh(keyId, generation);
          byte[] content = RecordFile.encode(change.getValue().get(), generation, roots.current());
          written.add(name);
          files.writeNew(name.fileName(), content);
          entries.put(keyId, Entry.of(name, content));
        } else if (!draft.isGivenUp(keyId)) {
          removed.addAll(allOf(keyId, before));
        }
      }
      if (!written.isEmpty()) {
        files.sync();
      }
      next =
          new Manifest(
              generation,
              rootIsNew ? generation : base.manifest().rootSince(),
              base.manifest().lineage().next(folder.writer, generation),
              root == null ? base.manifest().rootJson() : root.json(),
              removed,
              entries);
      if (base.roots().previous() != null && roots.previous() == null) {
        requireNoneUnderOldRoot(next);
      }
      head = writer.prepare(next, roots.current(), () -> requireUnchanged(base, written));
    } catch (IOException e) {
      undo(written, generation);
      throw files.unavailable("written", e);
    } catch (RuntimeException e) {
      undo(written, generation);
      throw e;
    }
    try {
      writer.rename(next, head);
    } catch (KmsException e) {
      folder.look(); // nothing is undone any more
      throw e;
    }
    folder.wrote(next, head, roots);
    tidy = clear(draft, removed);
    cleared = tidy ? generation : 0;
  }

  /** Without its root key a record is lost: whatever a change believes, such a one is not made. */
  private void requireNoneUnderOldRoot(Manifest next) {
    for (Map.Entry<String, Entry> entry : next.entries().entrySet()) {
      if (next.isUnderOldRoot(entry.getValue())) {
        throw new IllegalStateException(
            "internal error: a change of the key folder %s would drop the root key that the record of key \"%s\" needs. Nothing was changed"
                .formatted(files, entry.getKey()));
      }
    }
  }

  /**
   * Returns all files of a key that is destroyed but newer ones than its record: that none is there
   * was looked at before, so they have just been put back.
   */
  private Set<RecordName> allOf(String keyId, @Nullable Entry record) {
    Set<RecordName> all = new HashSet<>();
    for (String file : RecordName.filesOf(keyId, files.names())) {
      RecordName name = RecordName.parse(file);
      if (name != null
          && files.isRegular(file)
          && (RecordName.isUnfinished(file)
              || record != null && name.generation() <= record.name().generation())) {
        all.add(name);
      }
    }
    return all;
  }

  /** Right before the rename: nobody else, whose lock does not work here, came between. */
  private void requireUnchanged(State base, List<RecordName> written) {
    byte[] start = files.head(KeyFolder.MANIFEST, Manifest.HEAD_BYTES).orElse(new byte[0]);
    boolean same = base.head().equals(Manifest.headOf(start));
    for (RecordName name : written) {
      same &= files.exists(name.fileName());
    }
    if (!same) {
      throw KmsException.of(
          ErrorKind.UNAVAILABLE,
          "another process changed the key folder %s at the same moment, though this one holds its lock. Nothing was changed; repeat, and make sure that locks work on its file system"
              .formatted(files));
    }
  }

  /** Before the rename: removes what was written, and last what says that there may be some. */
  private void undo(List<RecordName> written, long generation) {
    try {
      for (RecordName name : written) {
        files.delete(name.fileName());
      }
      writer.withdraw(generation);
    } catch (IOException e) {
      LOG.warn("key folder {}: what an unfinished change wrote stays until the next", files, e);
    }
  }

  private void delete(List<RecordName> removed) throws IOException {
    for (RecordName name : removed) {
      for (String file : name.fileNames()) {
        files.delete(file);
      }
    }
  }

  private boolean clear(Draft draft, List<RecordName> removed) {
    try {
      delete(removed);
      delete(draft.left());
      if (draft.destroys() || draft.root() != null) {
        files.sync();
      }
      return true;
    } catch (IOException e) {
      if (!draft.destroys()) {
        LOG.warn("key folder {}: a record that was replaced stays until the next change", files, e);
        return false;
      }
      throw KmsException.of(
          ErrorKind.UNAVAILABLE,
          "the key is gone, but the key folder %s could not remove its record file (%s). The next change removes it"
              .formatted(files, KeyFolder.why(e)),
          e);
    }
  }
}
