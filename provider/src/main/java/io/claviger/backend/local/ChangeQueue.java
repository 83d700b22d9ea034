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
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Changes of one folder by the threads of this process. One thread makes them; those that wait when
 * it has the folder's lock are made together, with one rename. Callers wait for it no longer than
 * the time-out, so none hangs with a disk that does.
 *
 * <p>Threads: safe.
 */
final class ChangeQueue implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ChangeQueue.class);
  private static final int MOST_TOGETHER = 256;

  private final OpenFolder folder;
  private final FolderLock lock;
  private final FolderCommit committer;
  private final Duration longest;
  private final BiFunction<String, Entry, KeyRecord> reader;
  private final ConcurrentLinkedQueue<Wanted<?>> waiting = new ConcurrentLinkedQueue<>();
  private final ThreadPoolExecutor thread;

  /** Changes {@code folder}; {@code reader} opens records, of the state of the instant. */
  ChangeQueue(OpenFolder folder, Duration timeout, BiFunction<String, Entry, KeyRecord> reader) {
    this.folder = folder;
    this.longest = timeout.plus(TimedCalls.GRACE);
    this.lock = new FolderLock(folder.files, timeout);
    this.committer = new FolderCommit(folder);
    this.reader = reader;
    this.thread = TimedCalls.daemons(1, folder.files);
  }

  /** A change that a thread waits for. */
  private static final class Wanted<T> {
    final Function<Draft, T> work;
    final CompletableFuture<T> done = new CompletableFuture<>();
    private final AtomicBoolean taken = new AtomicBoolean(); // to be made, or given up
    @Nullable Runnable acknowledge;

    Wanted(Function<Draft, T> work) {
      this.work = work;
    }

    /** Decides between making this change and giving it up: true for the one who asks first. */
    boolean take() {
      return taken.compareAndSet(false, true);
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
      thread.execute(this::makeThoseThatWait);
    } catch (RejectedExecutionException e) {
      throw Root.closed();
    }
    try {
      return mine.done.get(longest.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      if (mine.take()) {
        throw ended(ErrorKind.TIMED_OUT, "was interrupted", true, e);
      }
      return outcome(mine);
    } catch (TimeoutException e) {
      throw hangs(mine, e);
    } catch (ExecutionException e) {
      throw TimedCalls.thrown(e);
    }
  }

  /** Returns the outcome of a change that was begun, although its caller was interrupted. */
  private <T> T outcome(Wanted<T> begun) {
    Thread.interrupted();
    try {
      return begun.done.get(longest.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      throw ended(ErrorKind.TIMED_OUT, "was interrupted twice", false, e);
    } catch (TimeoutException e) {
      throw hangs(begun, e);
    } catch (ExecutionException e) {
      throw TimedCalls.thrown(e);
    } finally {
      Thread.currentThread().interrupt();
    }
  }

  private KmsException hangs(Wanted<?> wanted, TimeoutException cause) {
    String how = "hangs for %d s, as on a mount that is gone".formatted(longest.toSeconds());
    return ended(ErrorKind.UNAVAILABLE, how, wanted.take(), cause);
  }

  private void makeThoseThatWait() {
    if (waiting.isEmpty()) {
      return; // made with those before
    }
    List<Wanted<?>> together = new ArrayList<>();
    try {
      lock.locked(
          () -> {
            Draft draft = committer.begin(reader);
            for (Wanted<?> next = next(together); next != null; next = next(together)) {
              draft = next.addTo(draft);
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
      if (together.isEmpty()) { // for the same reason those that wait cannot be made either
        while (next(together) != null) {
          // all of them
        }
      }
      together.forEach(wanted -> wanted.done.completeExceptionally(e));
    }
  }

  /** Takes the next change that nobody gave up; null if there is none, or enough are together. */
  private @Nullable Wanted<?> next(List<Wanted<?>> together) {
    while (together.size() < MOST_TOGETHER) {
      Wanted<?> next = waiting.poll();
      if (next == null) {
        return null;
      }
      if (next.take()) {
        together.add(next);
        return next;
      }
    }
    return null;
  }

  private KmsException ended(ErrorKind kind, String how, boolean givenUp, Throwable cause) {
    return KmsException.of(
        kind,
        "a change of the key folder %s %s. %s"
            .formatted(
                folder.files,
                how,
                givenUp
                    ? "It did not begin, and nothing was changed; repeat it later"
                    : "It is unknown whether the change was made; look before you repeat it"),
        cause);
  }

  /** A change that was begun is carried to its end, before this returns unless the disk hangs. */
  @Override
  public void close() {
    thread.shutdown();
    try {
      if (!thread.awaitTermination(TimedCalls.PATIENCE.toNanos(), TimeUnit.NANOSECONDS)) {
        LOG.warn(
            "key folder {}: closed while a change waits for its disk; it ends when the disk answers",
            folder.files);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
