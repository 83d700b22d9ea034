package io.claviger.backend.local;

import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsException;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.FileLockInterruptionException;
import java.nio.channels.OverlappingFileLockException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps changes of one folder apart: those of this JVM by a property of the system, those of other
 * processes by a lock on a file. Every wait ends.
 */
final class FolderLock {
  private static final Logger LOG = LoggerFactory.getLogger(FolderLock.class);

  /*
   * Closing any channel of a file drops the locks that this process has on it (POSIX), so no second
   * channel may be open meanwhile anywhere in the JVM: not in another class loader either. What all
   * class loaders share are interned strings, whose monitor guards the property.
   */
  private static final String PROPERTY = "io.claviger.locked:";

  /*
   * Byte 0 of the file is the lock. Byte 1 is the place of the one that is next: a process that lets
   * go and wants the lock again finds that place taken, so one that changes again and again (a
   * rotation of the root key, an import) does not keep others out. A process that is stopped in that
   * place holds the others up for PATIENCE, after which they do without it.
   */
  private static final long LOCK = 0;
  private static final long NEXT = 1;
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(2);
  private static final long LEAST_PAUSE_MILLIS = 1;
  private static final long MOST_PAUSE_MILLIS = 16;

  private final KeyFolder folder;
  private final Duration timeout;

  /**
   * Locks {@code folder}.
   *
   * @param timeout longest wait for each of the two locks together
   */
  FolderLock(KeyFolder folder, Duration timeout) {
    this.folder = folder;
    this.timeout = timeout;
  }

  /** Carries out {@code work} alone; TIMED_OUT if others do not let go. Not reentrant. */
  <T> T locked(Supplier<T> work) {
    long deadline = System.nanoTime() + timeout.toNanos();
    String property = (PROPERTY + folder.realPath()).intern();
    lockJvm(property, deadline);
    try {
      FileChannel channel = folder.openLockFile();
      try {
        lock(channel, deadline);
        return work.get();
      } finally {
        close(channel);
      }
    } catch (InterruptedException | ClosedByInterruptException | FileLockInterruptionException e) {
      throw interrupted(e);
    } catch (IOException e) {
      throw folder.unavailable("locked", e);
    } finally {
      synchronized (property) {
        System.clearProperty(property);
        property.notifyAll();
      }
    }
  }

  /** Closing releases the lock; that it fails says nothing about the work. */
  private void close(FileChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      LOG.warn("key folder {}: the lock file could not be closed", folder, e);
    }
  }

  private void lockJvm(String property, long deadline) {
    synchronized (property) {
      try {
        while (System.getProperty(property) != null) {
          long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
          if (left <= 0) {
            throw timedOut("another thread of this process has");
          }
          property.wait(left);
        }
      } catch (InterruptedException e) {
        throw interrupted(e);
      }
      System.setProperty(property, Thread.currentThread().getName());
    }
  }

  private void lock(FileChannel channel, long deadline) throws IOException, InterruptedException {
    long pause = LEAST_PAUSE_MILLIS;
    long alone = System.nanoTime() + PATIENCE_NANOS;
    FileLock next = tryLock(channel, NEXT);
    while ((next == null && System.nanoTime() < alone) || tryLock(channel, LOCK) == null) {
      if (System.nanoTime() >= deadline) {
        throw timedOut("other processes have");
      }
      Thread.sleep(pause);
      pause = Math.min(MOST_PAUSE_MILLIS, 2 * pause);
      next = next == null ? tryLock(channel, NEXT) : next;
    }
    if (next != null) {
      next.release();
    }
  }

  private static @Nullable FileLock tryLock(FileChannel channel, long place) throws IOException {
    try {
      return channel.tryLock(place, 1, false);
    } catch (OverlappingFileLockException e) {
      return null; // held within this JVM by somebody who does not know the property
    }
  }

  private KmsException timedOut(String holder) {
    return KmsException.of(
        ErrorKind.TIMED_OUT,
        "%s held the lock of the key folder %s for %d s. Nothing was changed; keys can be used meanwhile. Look for a process that is stopped or hangs, and repeat"
            .formatted(holder, folder, timeout.toSeconds()));
  }

  private KmsException interrupted(Exception cause) {
    Thread.currentThread().interrupt();
    return KmsException.of(
        ErrorKind.TIMED_OUT,
        "interrupted while waiting for the lock of the key folder %s. Nothing was changed"
            .formatted(folder),
        cause);
  }
}
