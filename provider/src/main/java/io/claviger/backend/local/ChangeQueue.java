package io.claviger.backend.local;

import io.claviger.backend.keyring.KeyRecord;
import io.claviger.backend.local.Manifest.Entry;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Changes of one folder by the threads of this process. Those that wait at the same moment are made
 * together, with one rename: whichever thread gets its turn makes the changes of all.
 *
 * <p>Threads: safe. Every wait ends by the time-out.
 */
final class ChangeQueue {
  private static final int MOST_TOGETHER = 256;

  private final OpenFolder folder;
  private final FolderLock lock;
  private final Committer committer;
  private final Duration timeout;
  private final BiFunction<String, Entry, KeyRecord> reader;
  private final ReentrantLock turn = new ReentrantLock();
  private final ConcurrentLinkedQueue<Wanted<?>> waiting = new ConcurrentLinkedQueue<>();

  /** Changes {@code folder}; {@code reader} opens records, of the state of the instant. */
  ChangeQueue(OpenFolder folder, Duration timeout, BiFunction<String, Entry, KeyRecord> reader) {
    this.folder = folder;
    this.timeout = timeout;
    this.lock = new FolderLock(folder.files, timeout);
    this.committer = new Committer(folder);
    this.reader = reader;
  }

  /** A change that a thread waits for. */
  private static final class Wanted<T> {
    final Function<Draft, T> work;
    final CompletableFuture<T> done = new CompletableFuture<>();
    @Nullable Runnable acknowledge;

    Wanted(Function<Draft, T> work) {
      this.work = work;
    }

    /** Returns the draft with this change, or as it was if the change is refused. */
    Draft addTo(Draft draft) {
      Draft with = draft.copy();
      try {
        T answer = work.apply(with);
        acknowledge = () -> done.complete(answer);
        return with;
      } catch (RuntimeException e) {
        done.completeExceptionally(e);
        return draft;
      }
    }
  }

  /**
   * Makes a change, durable when the call returns. What {@code work} throws is thrown, and then
   * nothing was changed.
   */
  <T> T change(Function<Draft, T> work) {
    folder.requireOpen();
    Wanted<T> mine = new Wanted<>(work);
    waiting.add(mine);
    try {
      if (turn.tryLock(timeout.toNanos(), TimeUnit.NANOSECONDS)) {
        try {
          while (!mine.done.isDone()) {
            makeThoseThatWait();
          }
        } finally {
          turn.unlock();
        }
      } else if (waiting.remove(mine)) {
        throw timedOut("Nothing was changed; repeat it later", null);
      }
      return mine.done.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw timedOut(
          waiting.remove(mine)
              ? "It was interrupted before it began; nothing was changed"
              : "It was interrupted: it is unknown whether the change was made",
          e);
    } catch (TimeoutException e) {
      throw timedOut("It is unknown whether the change was made; look before you repeat it", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw e.getCause() instanceof RuntimeException known
          ? known
          : new IllegalStateException("internal error: a change failed", e);
    }
  }

  private void makeThoseThatWait() {
    List<Wanted<?>> together = new ArrayList<>();
    for (Wanted<?> next = waiting.poll(); next != null; next = waiting.poll()) {
      together.add(next);
      if (together.size() == MOST_TOGETHER) {
        break;
      }
    }
    boolean interrupted = Thread.interrupted(); // the others' changes are made whatever comes
    try {
      lock.locked(
          () -> {
            Draft draft = committer.begin(reader);
            for (Wanted<?> wanted : together) {
              draft = wanted.addTo(draft);
            }
            committer.commit(draft);
            return true;
          });
      for (Wanted<?> wanted : together) {
        Runnable acknowledge = wanted.acknowledge;
        if (acknowledge != null) {
          acknowledge.run();
        }
      }
    } catch (RuntimeException | Error e) {
      together.forEach(wanted -> wanted.done.completeExceptionally(e));
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private KmsException timedOut(String outcome, @Nullable Throwable cause) {
    return KmsException.of(
        ErrorKind.TIMED_OUT,
        "a change of the key folder %s waited for others for %d s. %s"
            .formatted(folder.files, timeout.toSeconds(), outcome),
        cause);
  }
}
