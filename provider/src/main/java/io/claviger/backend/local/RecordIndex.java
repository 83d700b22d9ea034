package io.claviger.backend.local;

import io.claviger.backend.local.IndexFile.Entry;
import io.claviger.backend.local.KeyFolder.Stamp;
import io.claviger.backend.local.RecordFile.Stored;
import io.claviger.backend.local.RootKeys.Root;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What the index says of each record: its generation and digest, or that it is gone. An entry is
 * written and synced before its record, and a DONE after it, so a record is never ahead of the
 * index; the last entry alone, while it has no DONE, may be ahead of its record (a crash, or a
 * change that another process is just making).
 *
 * <p>Threads: guarded by this object's monitor.
 */
final class RecordIndex {
  private static final int COMPACTION_SLACK = 1_000;

  /** What a record found in the folder is worth. */
  enum Verdict {
    CURRENT,
    /** The index says that the key is gone: the file counts as not there. */
    GONE,
    UNKNOWN,
    OLDER,
    NEWER
  }

  /** The log up to {@code end}, read and verified from its start. */
  private static final class State {
    final Map<String, Entry> last = new HashMap<>();
    final IndexFile log;
    long end = IndexFile.HEADER_BYTES;
    @Nullable Entry pending;
    @Nullable Entry before;
    int entries;
    boolean damaged;

    State(byte[] content, Root root) {
      this.log = IndexFile.after(content, root);
      ByteBuffer in = ByteBuffer.wrap(content).position((int) end);
      IndexFile.Next next = log.read(in);
      while (next == IndexFile.Next.ENTRY) {
        apply(log.entry());
        end = in.position();
        next = log.read(in);
      }
      damaged = next == IndexFile.Next.DAMAGED;
    }

    void apply(Entry entry) {
      entries++;
      if (entry.type() == IndexFile.DONE) {
        pending = null;
        before = null;
      } else {
        pending = entry;
        before = last.put(entry.keyId(), entry);
      }
    }

    /** Whether this says less than {@code known} of any key: an older index was put back. */
    boolean isOlderThan(State known) {
      for (Entry entry : known.last.values()) {
        Entry settled = entry == known.pending ? known.before : entry;
        Entry here = last.get(entry.keyId());
        if (settled != null && (here == null || here.generation() < settled.generation())) {
          return true;
        }
      }
      return false;
    }
  }

  private final KeyFolder folder;
  private @Nullable State known;
  private @Nullable Stamp stamp;

  // Whether the file is not what `known` says any more: reads go on with `known`, changes do not.
  private boolean damaged;

  RecordIndex(KeyFolder folder) {
    this.folder = folder;
  }

  /** Writes an index without entries; there must be none. */
  static void create(KeyFolder folder, Root root) {
    folder.create(folder.indexFile(), IndexFile.newHeader(root));
  }

  /** Takes in what was written since; returns whether anything was. */
  synchronized boolean refresh(RootKeys roots) {
    Stamp now = folder.stamp(folder.indexFile());
    if (stamp != null && stamp.equals(now)) {
      return false;
    }
    byte[] content = folder.read(folder.indexFile()).orElse(new byte[0]);
    Long rootId = IndexFile.rootIdOf(content);
    Root root = rootId == null ? null : roots.find(rootId);
    State fresh = root == null ? null : new State(content, root);
    if (known == null) {
      if (fresh == null) {
        throw damage(now == null ? "is missing" : "is damaged or belongs to another folder");
      }
      known = fresh;
      damaged = fresh.damaged;
    } else {
      damaged = fresh == null || fresh.damaged || fresh.isOlderThan(known);
      if (!damaged && fresh != null) {
        known = fresh;
      }
    }
    stamp = now;
    return true;
  }

  private State known() {
    if (known == null) {
      throw new IllegalStateException("internal error: the index was not read");
    }
    return known;
  }

  /** Judges a record that lies in the folder. */
  synchronized Verdict judge(String keyId, Stored found) {
    Entry entry = known().last.get(keyId);
    if (entry == null) {
      return Verdict.UNKNOWN;
    }
    if (entry.type() == IndexFile.GONE) {
      return Verdict.GONE;
    }
    if (matches(entry, found) || entry == known().pending && matches(known().before, found)) {
      return Verdict.CURRENT;
    }
    return found.generation() < entry.generation() ? Verdict.OLDER : Verdict.NEWER;
  }

  private static boolean matches(@Nullable Entry entry, Stored found) {
    return entry != null
        && entry.type() == IndexFile.SET
        && entry.generation() == found.generation()
        && Arrays.equals(entry.digest(), found.digest());
  }

  /** Whether a record should lie in the folder: not gone, nor just being made. */
  synchronized boolean expects(String keyId) {
    Entry entry = known().last.get(keyId);
    if (entry == null || entry.type() == IndexFile.GONE) {
      return false;
    }
    Entry before = known().before;
    return entry != known().pending || before != null && before.type() == IndexFile.SET;
  }

  /** Returns the ids whose records should lie in the folder. */
  synchronized NavigableSet<String> expected() {
    NavigableSet<String> ids = new TreeSet<>();
    for (String id : known().last.keySet()) {
      if (expects(id)) {
        ids.add(id);
      }
    }
    return ids;
  }

  /** Returns the generation that the next change of a record has. */
  synchronized long nextGeneration(String keyId) {
    Entry entry = known().last.get(keyId);
    return entry == null ? 1 : entry.generation() + 1;
  }

  /** Returns the change that has no DONE, or null; under the folder's lock that is a crash. */
  synchronized @Nullable Entry pending() {
    return known().pending;
  }

  /** Returns what the index said of the pending change's key before, or null. */
  synchronized @Nullable Entry before() {
    return known().before;
  }

  synchronized boolean isWhole() {
    return !damaged;
  }

  synchronized void requireWhole() {
    if (damaged) {
      throw damage("is damaged");
    }
  }

  /** Appends an entry, durable when the call returns unless it is a DONE. */
  synchronized void append(Entry entry) {
    requireWhole();
    State state = known();
    try (FileChannel out = FileChannel.open(folder.indexFile(), StandardOpenOption.WRITE)) {
      out.truncate(state.end); // an entry that a crash cut off
      ByteBuffer bytes = ByteBuffer.wrap(state.log.write(entry));
      out.position(state.end);
      while (bytes.hasRemaining()) {
        out.write(bytes);
      }
      if (entry.type() != IndexFile.DONE) {
        out.force(true);
      }
      state.end = out.position();
      state.apply(entry);
      stamp = folder.stamp(folder.indexFile());
    } catch (IOException e) {
      reread(); // the chain moved on, the file may not have
      throw folder.unavailable("written", e);
    }
  }

  /** Writes the index anew, without what was superseded, under {@code root}. */
  synchronized void rewrite(Root root) {
    requireWhole();
    List<Entry> sorted =
        known().last.values().stream().sorted(Comparator.comparing(Entry::keyId)).toList();
    write(folder, root, sorted);
    stamp = null;
  }

  /** Takes the file for what it is at the next refresh, older or not. */
  synchronized void reread() {
    known = null;
    stamp = null;
  }

  /** Replaces the index by one with these entries. */
  static void write(KeyFolder folder, Root root, List<Entry> entries) {
    byte[] header = IndexFile.newHeader(root);
    IndexFile writer = IndexFile.after(header, root);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(header);
    entries.forEach(entry -> out.writeBytes(writer.write(entry)));
    out.writeBytes(writer.write(Entry.done()));
    folder.replace(folder.indexFile(), out.toByteArray());
  }

  synchronized boolean wantsCompaction() {
    return known().entries > 4 * known().last.size() + COMPACTION_SLACK;
  }

  private KmsException damage(String how) {
    return KmsException.of(
        ErrorKind.CORRUPT_RECORD,
        "the index %s %s. Records cannot be told from older ones: restore the folder from a backup, or accept the records as they are with LocalKeyFolder.rebuildIndex"
            .formatted(folder.indexFile(), how));
  }
}
