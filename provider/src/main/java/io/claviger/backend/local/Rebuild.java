package io.claviger.backend.local;

import io.claviger.backend.local.LocalKeyFolder.Rebuilt;
import io.claviger.backend.local.Manifest.Entry;
import io.claviger.backend.local.RecordFile.Stored;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KeyState;
import io.claviger.kms.KmsException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Makes a manifest from what the folder holds: the newest record of each key, set aside or not.
 * Needs the passphrase and one of manifest and root copy. Under the folder's lock.
 */
final class Rebuild {
  /** How far the generation jumps, so that processes that have seen newer ones follow. */
  private static final long JUMP = 1L << 32;

  private final KeyFolder files;
  private final byte[] passphrase;
  private final Map<Long, Root> roots = new TreeMap<>();
  private final NavigableMap<String, FoundRecord> newest = new TreeMap<>();
  private final List<FoundRecord> older = new ArrayList<>();
  private final Set<String> unreadable = new TreeSet<>();
  private final Set<String> copied = new TreeSet<>();
  private final Map<String, Entry> unread = new TreeMap<>(); // named, and not given by the disk
  private final List<RecordName> destroyed = new ArrayList<>(); // but there: removed by the next
  private final RebuildNotes notes = new RebuildNotes();
  private @Nullable Manifest manifest; // if it can be read
  private @Nullable RootKeys rootsOfManifest;
  private final ManifestWriter writer;
  private long highestRecord;
  private @Nullable Root newestRoot;

  Rebuild(KeyFolder files, byte[] passphrase) {
    this.files = files;
    this.passphrase = passphrase;
    this.writer = new ManifestWriter(files);
  }

  Rebuilt run() {
    byte[] manifest = files.read(KeyFolder.MANIFEST).orElse(new byte[0]);
    byte[] copy = files.read(KeyFolder.ROOT_COPY).orElse(null);
    KmsException first = open(Manifest.rootJsonOf(manifest));
    KmsException second = open(copy);
    if (newestRoot == null) {
      throw wrongPassphrase(first, second);
    }
    readManifest(manifest);
    readRecords();
    preferUnfinishedRotations();
    unread.forEach(this::preferUnread);
    try {
      return write(rootKeys(newestRoot));
    } catch (IOException e) {
      throw files.unavailable("written", e);
    }
  }

  /** Takes root keys that the passphrase opens. */
  private @Nullable KmsException open(byte @Nullable [] json) {
    if (json == null) {
      return null;
    }
    try {
      RootKeys opened = RootFile.decode(json, passphrase, files);
      roots.putIfAbsent(opened.current().id(), opened.current());
      Root previous = opened.previous();
      if (previous != null) {
        roots.putIfAbsent(previous.id(), previous);
      }
      newestRoot = newestRoot == null ? opened.current() : newestRoot;
      return null;
    } catch (KmsException e) {
      return e;
    }
  }

  private KmsException wrongPassphrase(@Nullable KmsException first, @Nullable KmsException other) {
    for (KmsException e : new KmsException[] {first, other}) {
      if (e != null && e.kind() == ErrorKind.INVALID_CONFIGURATION) {
        return e;
      }
    }
    return KmsException.of(
        ErrorKind.CORRUPT_RECORD,
        "neither %s nor %s of the key folder %s has a root key that can be read. Restore one of the two from a backup, then rebuild; nothing was changed"
            .formatted(KeyFolder.MANIFEST, KeyFolder.ROOT_COPY, files),
        first);
  }

  private void readManifest(byte[] content) {
    try {
      RootKeys[] opened = new RootKeys[1];
      manifest =
          Manifest.read(content, json -> opened[0] = RootFile.decode(json, passphrase, files));
      rootsOfManifest = opened[0];
    } catch (Manifest.DamagedException | KmsException e) {
      manifest = null; // that is why it is rebuilt
    }
  }

  private Map<String, Entry> named() {
    return manifest == null ? Map.of() : manifest.entries();
  }

  /** Whether a file only waits for its removal: its key was destroyed. */
  private boolean isDestroyed(RecordName name) {
    return manifest != null
        && manifest.removed().contains(name)
        && manifest.ofSameKey(name).isEmpty();
  }

  private void readRecords() {
    List<String> otherRoots = new ArrayList<>();
    Map<String, KmsException> nobodys = new TreeMap<>();
    for (String file : files.names()) {
      RecordName name = RecordName.parse(file);
      if (name == null) {
        continue;
      }
      if (isDestroyed(name)) {
        destroyed.add(name);
        continue;
      }
      try {
        byte[] content = files.read(file).orElse(new byte[0]);
        Long root = RecordFile.rootIdOf(content);
        if (root != null && !roots.containsKey(root)) {
          otherRoots.add(file);
          continue;
        }
        Stored stored = RecordFile.decode(file, content, roots::get);
        boolean unfinished =
            RecordName.isUnfinished(file) || writer.isAnnounced(stored.generation());
        take(
            new FoundRecord(
                file, content, stored, unfinished, isNamed(stored.keyId(), name, content)));
      } catch (KmsException e) {
        if (e.kind() != ErrorKind.CORRUPT_RECORD && !keepUnread(name)) {
          nobodys.put(file, e);
        }
        unreadable.add(file);
      }
    }
    requireNone(nobodys);
    if (!otherRoots.isEmpty()) {
      throw KmsException.of(
          ErrorKind.CORRUPT_RECORD,
          "%d record files of the key folder %s, %s among them, are sealed under another root key than the one that was found: an older %s was put back, or the files are of another folder or damaged. Restore the newest %s, or move those files out of the folder; nothing was changed"
              .formatted(
                  otherRoots.size(),
                  files,
                  otherRoots.get(0),
                  KeyFolder.ROOT_COPY,
                  KeyFolder.ROOT_COPY));
    }
  }

  /** A record that the disk does not give is not known to be damaged: its key is not dropped. */
  private boolean keepUnread(RecordName file) {
    for (Map.Entry<String, Entry> entry : named().entrySet()) {
      if (entry.getValue().name().equals(file)) {
        unread.put(entry.getKey(), entry.getValue());
        return true;
      }
    }
    return false;
  }

  private void requireNone(Map<String, KmsException> nobodys) {
    for (Map.Entry<String, KmsException> first : nobodys.entrySet()) {
      Throwable why = first.getValue().getCause();
      throw KmsException.of(
          ErrorKind.UNAVAILABLE,
          "%d record files of the key folder %s, %s among them, cannot be read (%s), and there is no manifest that says whose they are. Repair the disk or the rights of the files and rebuild; or move those files out of the folder and keep them: then their keys are missing. Nothing was changed"
              .formatted(
                  nobodys.size(),
                  files,
                  first.getKey(),
                  KeyFolder.why(why == null ? first.getValue() : why)),
          first.getValue());
    }
  }

  private boolean isNamed(String keyId, RecordName name, byte[] content) {
    Entry entry = named().get(keyId);
    return entry != null && entry.name().equals(name) && entry.isOf(content);
  }

  private void take(FoundRecord found) {
    if (found.stored().generation() > highestRecord) {
      highestRecord = found.stored().generation();
      newestRoot = roots.get(found.stored().rootId());
    }
    FoundRecord before = newest.get(found.stored().keyId());
    if (found.isPreferredTo(before)) {
      newest.put(found.stored().keyId(), found);
      if (before != null) {
        older.add(before);
      }
    } else {
      older.add(found);
    }
  }

  /** An older record, or one of a change that was cut off, does not take its place. */
  private void preferUnread(String keyId, Entry entry) {
    FoundRecord other = newest.get(keyId);
    if (other != null
        && (other.unfinished() || other.stored().generation() <= entry.name().generation())) {
      newest.remove(keyId);
      older.add(other);
    }
  }

  /** Such a record takes nothing away, and what was sealed under its last version opens. */
  private void preferUnfinishedRotations() {
    for (FoundRecord found : List.copyOf(older)) {
      String keyId = found.stored().keyId();
      FoundRecord chosen = newest.get(keyId);
      if (chosen != null && found.onlyAddsTo(chosen)) {
        newest.put(keyId, found);
        older.remove(found);
        older.add(chosen);
        notes.tookUnfinished(keyId, found.file());
      }
    }
  }

  /** Returns the root key of the newest record, and the one before if records are under it. */
  private RootKeys rootKeys(Root current) {
    Root previous = null;
    List<FoundRecord> all = new ArrayList<>(older); // what is set aside is read by the next rebuild
    all.addAll(newest.values());
    for (FoundRecord found : all) {
      Root root = roots.get(found.stored().rootId());
      if (root != null && root.id() != current.id()) {
        previous = root;
      }
    }
    RootKeys before = rootsOfManifest;
    if (before != null && !lost().isEmpty()) { // their files may be put back
      for (Root root : Arrays.asList(before.current(), before.previous())) {
        previous = root == null || root.id() == current.id() ? previous : root;
      }
    }
    return new RootKeys(current, previous);
  }

  /** Returns the entries of keys of which no record can be read: they stay, and block the name. */
  private Map<String, Entry> lost() {
    Map<String, Entry> lost = new TreeMap<>(named());
    lost.keySet().removeAll(newest.keySet());
    return lost;
  }

  private Rebuilt write(RootKeys keys) throws IOException {
    long highest = manifest == null ? 0 : manifest.generation();
    long generation = Math.max(highest, highestRecord) + JUMP;
    byte[] json = RootFile.encode(keys, passphrase, generation);
    NavigableMap<String, Entry> entries = new TreeMap<>(lost());
    entries.forEach((keyId, entry) -> notes.kept(keyId, entry.name().fileName()));
    for (Map.Entry<String, FoundRecord> e : newest.entrySet()) {
      FoundRecord found = e.getValue();
      RecordName name = RecordName.parse(found.file());
      boolean fits =
          name != null
              && name.isOf(e.getKey())
              && name.generation() == found.stored().generation()
              && !RecordName.isAside(found.file());
      if (name == null || !fits) {
        name = RecordName.fresh(e.getKey(), found.stored().generation());
        files.writeNew(name.fileName(), found.content());
        copied.add(found.file());
      }
      entries.put(e.getKey(), Entry.of(name, found.content()));
      noteOlder(e.getKey(), name);
    }
    files.sync();
    Lineage lineage = Lineage.begin(Lineage.newWriter(), generation);
    Manifest next = new Manifest(generation, generation, lineage, json, destroyed, entries);
    writer.replace(next, keys.current(), () -> {});
    for (String file : copied) {
      files.delete(file);
    }
    Rebuilt done = outcome(setOlderAside(), setUnreadableAside(entries));
    for (String file : files.names()) {
      if (KeyFolder.isNew(file)) { // last: they say which records are of changes that were not made
        files.delete(file);
      }
    }
    return done;
  }

  private void noteOlder(String keyId, RecordName taken) {
    Entry before = named().get(keyId);
    if (before != null && before.name().generation() > taken.generation()) {
      notes.fellBack(keyId, before.name().fileName(), taken.fileName());
    }
  }

  private List<String> setOlderAside() throws IOException {
    List<String> aside = new ArrayList<>();
    for (FoundRecord found : older) {
      String keyId = found.stored().keyId();
      String file = setAside(found.file(), found.unfinished());
      aside.add(file);
      FoundRecord chosen = newest.get(keyId);
      if (chosen != null && !chosen.opensAllOf(found)) {
        notes.passedOver(keyId, file);
      }
    }
    aside.sort(Comparator.naturalOrder());
    return aside;
  }

  /** A damaged file stays where the manifest names it; any other blocks the name of its key. */
  private List<String> setUnreadableAside(Map<String, Entry> entries) throws IOException {
    List<String> now = new ArrayList<>();
    for (String file : unreadable) {
      RecordName name = RecordName.parse(file);
      if (name == null || entries.values().stream().anyMatch(e -> e.name().equals(name))) {
        now.add(file);
        continue;
      }
      String aside = setAside(file, writer.isAnnounced(name.generation()));
      now.add(aside);
      if (!RecordName.isUnfinished(aside)) {
        noteUnreadable(name, aside, entries);
      }
    }
    return now;
  }

  private void noteUnreadable(RecordName name, String file, Map<String, Entry> entries) {
    for (Map.Entry<String, Entry> e : entries.entrySet()) {
      if (e.getValue().name().isOfSameKey(name)) {
        if (name.generation() > e.getValue().name().generation()) {
          notes.newerUnreadable(e.getKey(), file);
        }
        return;
      }
    }
    notes.ofUnknownKey(file);
  }

  private String setAside(String file, boolean cutOff) throws IOException {
    RecordName name = RecordName.parse(file);
    return name == null || RecordName.isAside(file)
        ? file
        : UnlistedRecords.setAside(files, file, name, cutOff);
  }

  private Rebuilt outcome(List<String> aside, List<String> damaged) {
    List<String> unfinished = new ArrayList<>();
    Map<String, KeyState> states = new TreeMap<>();
    newest.forEach(
        (keyId, found) -> {
          states.put(keyId, found.stored().record().metadata().state());
          if (found.unfinished()) {
            unfinished.add(keyId);
          }
        });
    return new Rebuilt(states, unfinished, aside, damaged, notes.all());
  }
}
