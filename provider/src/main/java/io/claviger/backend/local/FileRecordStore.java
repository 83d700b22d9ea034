package io.claviger.backend.local;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.claviger.backend.keyring.KeyRecord;
import io.claviger.backend.keyring.KeyringBackend;
import io.claviger.backend.keyring.RecordStore;
import io.claviger.backend.local.IndexFile.Entry;
import io.claviger.backend.local.KeyFolder.Stamp;
import io.claviger.backend.local.RecordFile.Sealed;
import io.claviger.backend.local.RecordFile.Stored;
import io.claviger.kms.KmsException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Records in a folder that several processes may share. Changes are made under the folder's lock:
 * index entry, record, DONE. A record read before is used again without looking for {@link
 * #MOST_AGE}, then as long as its file and the index are the same; so a change by another process
 * is noticed within a second, and no data key costs a system call.
 */
final class FileRecordStore implements RecordStore {
  /** How long a change by another process may stay unnoticed. */
  static final Duration MOST_AGE = Duration.ofMillis(500);

  private static final int MOST_CACHED = 20_000;
  private static final int ATTEMPTS = 5;

  /** A record with the file that it was read from and when it was last compared. */
  private record Read(KeyRecord record, Stamp stamp, long checkedNanos) {}

  private final OpenFolder folder;
  private final LongSupplier nanoTime;
  private final Cache<String, Read> cache = Caffeine.newBuilder().maximumSize(MOST_CACHED).build();

  private volatile @Nullable Listing listing;

  FileRecordStore(OpenFolder folder, LongSupplier nanoTime) {
    this.folder = folder;
    this.nanoTime = nanoTime;
  }

  @Override
  public Optional<KeyRecord> find(String keyId) {
    Read known = cache.getIfPresent(keyId);
    long now = nanoTime.getAsLong();
    if (known != null && now - known.checkedNanos() < MOST_AGE.toNanos()) {
      return Optional.of(known.record());
    }
    folder.refresh();
    Stamp stamp = folder.files.stamp(folder.files.recordFile(keyId));
    if (known != null
        && stamp != null
        && known.stamp().equals(stamp)
        && folder.index.expects(keyId)) {
      cache.put(keyId, new Read(known.record(), stamp, now));
      return Optional.of(known.record());
    }
    cache.invalidate(keyId);
    Optional<Stored> found = current(keyId);
    if (found.isPresent() && stamp != null) {
      cache.put(keyId, new Read(found.get().record(), stamp, now));
    }
    return found.map(Stored::record);
  }

  /**
   * Reads a record and compares it with the index. Another process may be between its index entry
   * and its record, so a contradiction counts only when a fresh look finds it again.
   */
  private Optional<Stored> current(String keyId) {
    KmsException contradiction = null;
    for (int i = 0; i < ATTEMPTS; i++) {
      Optional<Stored> found = folder.read(keyId);
      if (found.isEmpty()) {
        if (!folder.index.expects(keyId)) {
          return found;
        }
        contradiction = RecordFile.corrupt(keyId, "is missing, though the index knows it", null);
      } else {
        switch (folder.index.judge(keyId, found.get())) {
          case CURRENT -> {
            return found;
          }
          case GONE -> {
            return Optional.empty();
          }
          case OLDER ->
              contradiction =
                  RecordFile.corrupt(
                      keyId, "is an older one that was put back; the index has seen a newer", null);
          case NEWER, UNKNOWN ->
              contradiction =
                  RecordFile.corrupt(
                      keyId,
                      "is newer than the index, which was cut or put back; see LocalKeyFolder.rebuildIndex",
                      null);
          default -> throw new IllegalStateException("internal error: an unknown verdict");
        }
      }
      if (!folder.index.refresh(folder.roots()) && i > 0) {
        break;
      }
    }
    throw contradiction;
  }

  /** Returns a record as it is at this instant; under the folder's lock. */
  private KeyRecord fresh(String keyId) {
    return current(keyId).map(Stored::record).orElseThrow(() -> KeyringBackend.notFound(keyId));
  }

  @Override
  public boolean create(KeyRecord record) {
    String keyId = record.metadata().keyId();
    Path file = folder.files.recordFile(keyId);
    return folder.locked(
        () -> {
          boolean orphan = false;
          if (folder.files.exists(file)) {
            orphan = goneButThere(keyId);
            if (!orphan) {
              return false;
            }
          } else if (folder.index.expects(keyId)) {
            return false; // a record that somebody removed is not replaced
          }
          write(record, file);
          return true;
        });
  }

  private boolean goneButThere(String keyId) {
    try {
      return current(keyId).isEmpty();
    } catch (KmsException e) {
      return false;
    }
  }

  private void write(KeyRecord record, Path file) {
    String keyId = record.metadata().keyId();
    long generation = folder.index.nextGeneration(keyId);
    Sealed sealed = RecordFile.encode(record, generation, folder.roots().current());
    folder.index.append(new Entry(IndexFile.SET, keyId, generation, sealed.digest()));
    cache.invalidate(keyId);
    folder.files.replace(file, sealed.content());
    folder.index.append(Entry.done());
  }

  @Override
  public KeyRecord update(String keyId, UnaryOperator<KeyRecord> change) {
    Path file = folder.files.recordFile(keyId);
    return folder.locked(
        () -> {
          KeyRecord changed = change.apply(fresh(keyId));
          write(changed, file);
          return changed;
        });
  }

  @Override
  public KeyRecord destroy(String keyId, UnaryOperator<KeyRecord> allowed) {
    Path file = folder.files.recordFile(keyId);
    return folder.locked(
        () -> {
          KeyRecord gone = allowed.apply(fresh(keyId));
          folder.index.append(
              new Entry(
                  IndexFile.GONE,
                  keyId,
                  folder.index.nextGeneration(keyId),
                  new byte[RecordFile.DIGEST_BYTES]));
          cache.invalidate(keyId);
          folder.files.delete(file);
          folder.index.append(Entry.done());
          return gone;
        });
  }

  /** Listing a folder of 10,000 files takes 50 ms: it is done again only when something changed. */
  @Override
  public NavigableSet<String> ids() {
    folder.refresh();
    Listing now =
        new Listing(
            folder.files.stamp(folder.files.path()),
            folder.files.stamp(folder.files.indexFile()),
            Collections.emptyNavigableSet());
    Listing known = listing;
    if (known != null && known.isOf(now)) {
      return known.ids();
    }
    NavigableSet<String> ids = folder.files.keyIds();
    ids.addAll(folder.index.expected());
    listing = new Listing(now.folder(), now.index(), Collections.unmodifiableNavigableSet(ids));
    return ids;
  }

  /** The ids found when folder and index had these stamps. */
  private record Listing(@Nullable Stamp folder, @Nullable Stamp index, NavigableSet<String> ids) {
    boolean isOf(Listing now) {
      return folder != null
          && folder.equals(now.folder)
          && index != null
          && index.equals(now.index);
    }
  }

  @Override
  public void check() {
    folder.files.check();
    folder.refresh();
    folder.index.requireWhole();
  }

  @Override
  public void close() {
    cache.invalidateAll();
    folder.wipe();
  }
}
