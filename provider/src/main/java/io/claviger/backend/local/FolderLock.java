package io.claviger.backend.local;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Keeps changes of one folder apart: threads of this process, which may have the folder open more
 * than once, by a lock for each folder; other processes by a lock on a file.
 */
final class FolderLock {
  private static final ConcurrentHashMap<Path, ReentrantLock> IN_THIS_PROCESS =
      new ConcurrentHashMap<>();

  private final KeyFolder folder;
  private final ReentrantLock threads;

  FolderLock(KeyFolder folder) {
    this.folder = folder;
    this.threads = IN_THIS_PROCESS.computeIfAbsent(folder.realPath(), path -> new ReentrantLock());
  }

  /** Carries out {@code work} alone; not reentrant for the same thread. */
  <T> T locked(Supplier<T> work) {
    try {
      threads.lockInterruptibly();
    } catch (InterruptedException e) {
      throw folder.unavailable("locked", interrupted(e));
    }
    try (FileChannel channel =
            FileChannel.open(
                folder.lockFile(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock held = channel.lock()) {
      return work.get();
    } catch (IOException e) {
      throw folder.unavailable("locked", e);
    } finally {
      threads.unlock();
    }
  }

  private static IOException interrupted(InterruptedException cause) {
    IOException e = new java.nio.channels.FileLockInterruptionException();
    e.initCause(cause);
    return e;
  }
}
