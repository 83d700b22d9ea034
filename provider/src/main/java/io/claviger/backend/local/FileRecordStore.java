package io.claviger.backend.local;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.claviger.backend.keyring.KeyRecord;
import io.claviger.backend.keyring.KeyringBackend;
import io.claviger.backend.keyring.RecordStore;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Records in a folder that several processes may share: changes are made under a file lock; a
 * record read before is used again only while its file is the same one (inode, size, time), so that
 * a change by another process is seen at the next use.
 */
final class FileRecordStore implements RecordStore {
  private static final int MOST_CACHED = 10_000;

  /** A record with the file that it was read from. */
  private record Read(KeyRecord record, Stamp stamp) {}

  private record Stamp(@Nullable Object fileKey, long size, FileTime modified) {}

  private final KeyFolder folder;
  private final RecordFile layout;
  private final Cache<String, Read> cache = Caffeine.newBuilder().maximumSize(MOST_CACHED).build();

  /** Threads of this process; the file lock keeps other processes out. */
  private final ReentrantLock lock = new ReentrantLock();

  FileRecordStore(KeyFolder folder, RecordFile layout) {
    this.folder = folder;
    this.layout = layout;
  }

  @Override
  public Optional<KeyRecord> find(String keyId) {
    Path file = folder.recordFile(keyId);
    Stamp stamp = stamp(file);
    if (stamp == null) {
      cache.invalidate(keyId);
      return Optional.empty();
    }
    Read known = cache.getIfPresent(keyId);
    if (known != null && known.stamp().equals(stamp)) {
      return Optional.of(known.record());
    }
    Optional<KeyRecord> found = folder.read(file).map(content -> layout.decode(keyId, content));
    found.ifPresent(record -> cache.put(keyId, new Read(record, stamp)));
    return found;
  }

  private @Nullable Stamp stamp(Path file) {
    try {
      BasicFileAttributes a = Files.readAttributes(file, BasicFileAttributes.class);
      return new Stamp(a.fileKey(), a.size(), a.lastModifiedTime());
    } catch (NoSuchFileException e) {
      return null;
    } catch (IOException e) {
      throw folder.unavailable("read", e);
    }
  }

  @Override
  public boolean create(KeyRecord record) {
    String keyId = record.metadata().keyId();
    return folder.create(folder.recordFile(keyId), layout.encode(record));
  }

  @Override
  public KeyRecord update(String keyId, UnaryOperator<KeyRecord> change) {
    return locked(
        () -> {
          KeyRecord old = find(keyId).orElseThrow(() -> KeyringBackend.notFound(keyId));
          KeyRecord changed = change.apply(old);
          folder.replace(folder.recordFile(keyId), layout.encode(changed));
          cache.invalidate(keyId);
          return changed;
        });
  }

  @Override
  public KeyRecord destroy(String keyId, UnaryOperator<KeyRecord> allowed) {
    return locked(
        () -> {
          KeyRecord old = find(keyId).orElseThrow(() -> KeyringBackend.notFound(keyId));
          KeyRecord gone = allowed.apply(old);
          folder.delete(folder.recordFile(keyId));
          cache.invalidate(keyId);
          return gone;
        });
  }

  private <T> T locked(Supplier<T> work) {
    lock.lock();
    try (FileChannel channel =
            FileChannel.open(
                folder.lockFile(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock held = channel.lock()) {
      return work.get();
    } catch (IOException e) {
      throw folder.unavailable("locked", e);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public NavigableSet<String> ids() {
    return folder.keyIds();
  }

  @Override
  public void check() {
    folder.check();
  }

  @Override
  public void close() {
    cache.invalidateAll();
    layout.wipe();
  }
}
