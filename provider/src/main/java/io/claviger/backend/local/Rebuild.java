package io.claviger.backend.local;

import io.claviger.backend.local.LocalKeyFolder.Rebuilt;
import io.claviger.backend.local.Manifest.Entry;
import io.claviger.backend.local.RecordFile.Stored;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KeyState;
import io.claviger.kms.KmsException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
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

  /** A record with the file that it was read from. */
  private record Found(
      String file, byte[] content, Stored stored, boolean unfinished, boolean named) {
    /** What a change that was never made left comes last, and is not newer for its generation. */
    private static final Comparator<Found> ORDER =
        Comparator.comparing(Found::unfinished, Comparator.reverseOrder())
            .thenComparing(found -> found.stored.generation())
            .thenComparing(Found::named)
            .thenComparing(found -> RecordName.isAside(found.file), Comparator.reverseOrder());

    boolean isPreferredTo(@Nullable Found other) {
      return other == null || ORDER.compare(this, other) > 0;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Found that && file.equals(that.file);
    }

    @Override
    public int hashCode() {
      return file.hashCode();
    }
  }

  private final KeyFolder files;
  private final byte[] passphrase;
  private final Map<Long, Root> roots = new TreeMap<>();
  private final NavigableMap<String, Found> newest = new TreeMap<>();
  private final List<Found> older = new ArrayList<>();
  private final Set<String> unreadable = new TreeSet<>();
  private final Set<String> copied = new TreeSet<>();
  private final Set<RecordName> removed = new HashSet<>();
  private final Map<String, Entry> unread = new TreeMap<>(); // named, and not given by the disk
  private final Map<String, Entry> named = new HashMap<>(); // by a manifest that can be read
  private final ManifestWriter writer;
  private long highest; // generation of a good manifest
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

  /** A good manifest says how far generations went, and which files wait for their removal. */
  private void readManifest(byte[] content) {
    try {
      Manifest read = Manifest.read(content, json -> RootFile.decode(json, passphrase, files));
      highest = read.generation();
      removed.addAll(read.removed());
      named.putAll(read.entries());
    } catch (Manifest.DamagedException | KmsException e) {
      highest = 0; // that is why it is rebuilt
    }
  }

  private void readRecords() {
    List<String> otherRoots = new ArrayList<>();
    Map<String, KmsException> nobodys = new TreeMap<>();
    for (String file : files.names()) {
      RecordName name = RecordName.parse(file);
      if (name == null || removed.contains(name)) {
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
        take(new Found(file, content, stored, unfinished, isNamed(stored.keyId(), name, content)));
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
    named.forEach(
        (keyId, entry) -> {
          if (entry.name().equals(file)) {
            unread.put(keyId, entry);
          }
        });
    return unread.values().stream().anyMatch(entry -> entry.name().equals(file));
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
    Entry entry = named.get(keyId);
    return entry != null && entry.name().equals(name) && entry.isOf(content);
  }

  private void take(Found found) {
    if (found.stored().generation() > highestRecord) {
      highestRecord = found.stored().generation();
      newestRoot = roots.get(found.stored().rootId());
    }
    Found before = newest.get(found.stored().keyId());
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
    Found other = newest.get(keyId);
    if (other != null
        && (other.unfinished() || other.stored().generation() <= entry.name().generation())) {
      newest.remove(keyId);
      older.add(other);
    }
  }

  /** Returns the root key of the newest record, and the one before if records are under it. */
  private RootKeys rootKeys(Root current) {
    Root previous = null;
    List<Found> all = new ArrayList<>(older); // what is set aside is read by the next rebuild
    all.addAll(newest.values());
    for (Found found : all) {
      Root root = roots.get(found.stored().rootId());
      if (root != null && root.id() != current.id()) {
        previous = root;
      }
    }
    for (Root root : unread.isEmpty() ? List.<Root>of() : roots.values()) {
      if (previous == null && root.id() != current.id()) {
        previous = root; // what an unread record is sealed under is not known
      }
    }
    return new RootKeys(current, previous);
  }

  private Rebuilt write(RootKeys keys) throws IOException {
    unread.forEach(this::preferUnread);
    long generation = Math.max(highest, highestRecord) + JUMP;
    byte[] json = RootFile.encode(keys, passphrase, generation);
    NavigableMap<String, Entry> entries = new TreeMap<>(unread);
    for (Map.Entry<String, Found> e : newest.entrySet()) {
      Found found = e.getValue();
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
    }
    files.sync();
    Lineage lineage = Lineage.begin(Lineage.newWriter(), generation);
    Manifest next = new Manifest(generation, generation, lineage, json, List.of(), entries);
    writer.replace(next, keys.current(), () -> {});
    for (String file : copied) {
      files.delete(file);
    }
    List<String> aside = new ArrayList<>();
    for (Found found : older) {
      String file = found.file();
      RecordName name = RecordName.parse(file);
      if (name != null && !RecordName.isAside(file)) {
        file = UnlistedRecords.setAside(files, file, name, found.unfinished());
      }
      aside.add(file);
    }
    for (String file : files.names()) {
      if (KeyFolder.isNew(file)) { // last: they say which records are of changes that were not made
        files.delete(file);
      }
    }
    return outcome(aside);
  }

  private Rebuilt outcome(List<String> aside) {
    List<String> unfinished = new ArrayList<>();
    Map<String, KeyState> states = new TreeMap<>();
    newest.forEach(
        (keyId, found) -> {
          states.put(keyId, found.stored().record().metadata().state());
          if (found.unfinished()) {
            unfinished.add(keyId);
          }
        });
    aside.sort(Comparator.naturalOrder());
    return new Rebuilt(states, unfinished, aside, List.copyOf(unreadable));
  }
}
