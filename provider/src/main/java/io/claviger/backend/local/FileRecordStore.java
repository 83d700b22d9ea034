package io.claviger.backend.local;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.claviger.backend.keyring.KeyRecord;
import io.claviger.backend.keyring.KeyringBackend;
import io.claviger.backend.keyring.RecordStore;
import io.claviger.backend.local.Manifest.Entry;
import io.claviger.backend.local.OpenFolder.State;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Keys in a folder that several processes may share. Readers take no lock: the manifest says which
 * file is a key's record, and a record that was read is used as long as the manifest names it. So a
 * change by another process is noticed within half a second, and no data key costs a system call.
 */
final class FileRecordStore implements RecordStore {
  private static final int MOST_CACHED = 20_000;
  private static final int MOST_LOOKS = 50;
  private static final int MOST_NAMED = 10;

  /** A record with the file that it was read from. */
  private record Read(RecordName name, KeyRecord record) {}

  private final OpenFolder folder;
  private final ChangeQueue changes;
  private final Duration attributeCache;
  private final UnreadableKeys unreadable = new UnreadableKeys();
  private final Cache<String, Read> cache = Caffeine.newBuilder().maximumSize(MOST_CACHED).build();

  /**
   * Serves a folder.
   *
   * @param timeout longest wait for a change
   * @param attributeCache how long a file may be missing though it is there
   */
  FileRecordStore(OpenFolder folder, Duration timeout, Duration attributeCache) {
    this.folder = folder;
    this.attributeCache = attributeCache;
    this.changes = new ChangeQueue(folder, timeout, this::read);
  }

  @Override
  public Optional<KeyRecord> find(String keyId) {
    Read known = remembered(keyId, folder.state());
    return known != null ? Optional.of(known.record()) : folder.calls.call(() -> findNow(keyId));
  }

  @Override
  public boolean remembers(String keyId) {
    State last = folder.last();
    return last != null && remembered(keyId, last) != null;
  }

  private @Nullable Read remembered(String keyId, State state) {
    Entry entry = state.entry(keyId);
    Read known = cache.getIfPresent(keyId);
    return entry != null && known != null && known.name().equals(entry.name()) ? known : null;
  }

  /**
   * A key that only this process remembers, since its files are gone or replaced, opens what it
   * sealed but seals no more: that would be lost with this process. Neither does any key when
   * others have had a root key for long that this process cannot read.
   */
  @Override
  public Optional<KeyRecord> findToSeal(String keyId) {
    Optional<KeyRecord> found = find(keyId);
    Trouble loss = folder.evidence.loss();
    if (loss != null && found.isPresent() && !isPresent(keyId, found.get(), loss)) {
      throw KmsException.of(
          ErrorKind.CORRUPT_RECORD,
          "key \"%s\" opens what it sealed, but is not used to seal: its version %d is in the memory of this process and, as far as it can see, in no file that counts. Found: %s"
              .formatted(keyId, found.get().current().id().number(), loss.why().getMessage()),
          loss.why());
    }
    folder.evidence.requireReadableLately();
    return found;
  }

  /** Of a disk that does not answer, what was read before counts and nothing is asked. */
  private boolean isPresent(String keyId, KeyRecord record, Trouble loss) {
    KeyRecord read = loss.present().get(keyId);
    if (read == null && folder.evidence.diskAnswers()) {
      read = folder.calls.call(() -> folder.present(keyId, loss)).orElse(null);
      if (read != null) {
        loss.present().put(keyId, read);
      }
    }
    return read != null && record.sealsForReadersOf(read);
  }

  /** What is wrong with the folder is the reason why a version that others made is not known. */
  @Override
  public void refresh(String keyId) {
    folder.calls.call(folder::requireGood);
  }

  private Optional<KeyRecord> findNow(String keyId) {
    State now = folder.look();
    Entry entry = now.entry(keyId);
    if (entry == null) {
      folder.evidence.requireGood();
      return Optional.empty();
    }
    return readByManifest(keyId, now, entry);
  }

  /**
   * Reads a record that others may replace meanwhile: it is damaged only if the manifest goes on
   * naming it for longer than this file system may show an old state.
   */
  private Optional<KeyRecord> readByManifest(String keyId, State state, Entry named) {
    State now = state;
    Entry entry = named;
    boolean waited = attributeCache.isZero();
    for (int i = 0; ; i++) {
      try {
        return Optional.of(read(keyId, entry, now));
      } catch (KmsException e) {
        if (e.kind() != ErrorKind.CORRUPT_RECORD) {
          throw e;
        }
        now = folder.look();
        Entry again = now.entry(keyId);
        if (again == null) {
          folder.evidence.requireGood();
          return Optional.empty();
        }
        if (again.equals(entry) && waited || i == MOST_LOOKS) {
          folder.evidence.requireGood();
          throw e;
        }
        waited |= again.equals(entry);
        if (again.equals(entry)) {
          pause();
          now = folder.look();
        }
        entry = again;
      }
    }
  }

  private void pause() {
    try {
      Thread.sleep(attributeCache.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw KmsException.of(
          ErrorKind.TIMED_OUT,
          "interrupted while the key folder %s was read".formatted(folder.files),
          e);
    }
  }

  private KeyRecord read(String keyId, Entry entry) {
    return read(keyId, entry, folder.look());
  }

  private KeyRecord read(String keyId, Entry entry, State state) {
    Read known = cache.getIfPresent(keyId);
    if (known != null && known.name().equals(entry.name())) {
      return known.record();
    }
    KeyRecord record = unreadable.watch(keyId, () -> folder.read(keyId, entry, state.roots()));
    cache.put(keyId, new Read(entry.name(), record));
    return record;
  }

  /** Returns the record of a key as this process has it in memory; null if it has none. */
  @Nullable KeyRecord rememberedRecord(String keyId) {
    State last = folder.last();
    Read known = last == null ? null : remembered(keyId, last);
    return known == null ? null : known.record();
  }

  /** Reads a record from its file, known or not; what is known stays known. */
  KeyRecord verify(String keyId) {
    return folder.calls.call(() -> verifyNow(keyId));
  }

  private KeyRecord verifyNow(String keyId) {
    Read known = cache.getIfPresent(keyId);
    State now = folder.requireGood();
    Entry entry = now.entry(keyId);
    if (entry == null) {
      throw KeyringBackend.notFound(keyId);
    }
    cache.invalidate(keyId);
    try {
      return readByManifest(keyId, now, entry).orElseThrow(() -> KeyringBackend.notFound(keyId));
    } catch (KmsException e) {
      if (known != null) {
        cache.put(keyId, known);
      }
      throw e;
    }
  }

  /** Makes a change of any number of keys, in one step. */
  <T> T change(Function<Draft, T> work) {
    return changes.change(work);
  }

  @Override
  public boolean create(KeyRecord record) {
    return change(
        draft -> {
          String keyId = record.metadata().keyId();
          boolean fresh = !draft.has(keyId);
          if (fresh) {
            draft.put(record);
          } else {
            GivenUp.requireReadable(draft, keyId);
          }
          return fresh;
        });
  }

  @Override
  public KeyRecord update(String keyId, UnaryOperator<KeyRecord> update) {
    return change(
        draft -> {
          KeyRecord changed = update.apply(existing(draft, keyId));
          draft.put(changed);
          return changed;
        });
  }

  @Override
  public KeyRecord destroy(String keyId, UnaryOperator<KeyRecord> allowed) {
    KeyRecord gone =
        change(
            draft -> {
              KeyRecord key = allowed.apply(existing(draft, keyId));
              draft.remove(keyId);
              return key;
            });
    cache.invalidate(keyId);
    return gone;
  }

  /** Drops a key of which no record can be read. */
  void giveUp(String keyId) {
    change(
        draft -> {
          if (remembered(keyId, draft.base()) != null) {
            throw GivenUp.remembered(keyId);
          }
          return GivenUp.giveUp(draft, folder, keyId);
        });
    cache.invalidate(keyId);
  }

  private static KeyRecord existing(Draft draft, String keyId) {
    return draft.find(keyId).orElseThrow(() -> KeyringBackend.notFound(keyId));
  }

  @Override
  public NavigableSet<String> ids() {
    return folder.calls.call(folder::look).manifest().entries().navigableKeySet();
  }

  /**
   * Returns normally when the manifest can be read and used, and every record that could not be
   * read when it was needed: without a lock, writing nothing.
   */
  @Override
  public void check() {
    folder.calls.call(
        () -> {
          State now = folder.requireGood();
          unreadable.check(keyId -> reread(keyId, now));
          requireFiles(now);
          return true;
        });
  }

  /** A record that is gone is noticed here, also where every process remembers it. */
  private void requireFiles(State now) {
    Set<String> there = new HashSet<>(folder.files.listing());
    Set<String> missing = new TreeSet<>();
    now.manifest()
        .entries()
        .forEach(
            (keyId, entry) -> {
              List<String> names = entry.name().fileNames();
              if (names.stream().noneMatch(there::contains)
                  && names.stream().noneMatch(folder.files::exists)) {
                missing.add(keyId);
              }
            });
    if (!missing.isEmpty() && folder.look().head().equals(now.head())) {
      throw KmsException.of(
          ErrorKind.CORRUPT_RECORD,
          "the record files of %d keys are missing in the key folder %s: %s. Where a process that runs still has one of them in memory, change the key there, by tagKey or rotateKey, which writes its record into a new file; else restore the files from a backup"
              .formatted(
                  missing.size(), folder.files, missing.stream().limit(MOST_NAMED).toList()));
    }
  }

  private void reread(String keyId, State now) {
    Entry entry = now.entry(keyId);
    if (entry != null) {
      folder.read(keyId, entry, now.roots());
    }
  }

  @Override
  public void close() {
    folder.close();
    changes.close();
    cache.invalidateAll();
  }
}
