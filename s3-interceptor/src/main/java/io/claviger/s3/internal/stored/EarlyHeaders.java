package io.claviger.s3.internal.stored;

import io.claviger.s3.internal.body.WorkerThreads;
import io.claviger.s3.internal.stored.PinnedReads.Prologue;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.http.SdkHttpHeaders;

/**
 * Headers of parts that are asked for before the answer to the caller's own request is there, where
 * they are supposed. Each request names the version that a listing or an earlier answer had, and
 * what it brings counts for that version alone; what fails is asked for again when it is needed.
 *
 * <p>Threads: safe.
 */
final class EarlyHeaders {
  /** Each asks for one header. */
  private static final ExecutorService THREADS = WorkerThreads.pool("claviger-s3-early", 64);

  static final EarlyHeaders NONE = new EarlyHeaders(null, Map.of());

  private final @Nullable StoredVersion version;
  private final Map<Long, Read> reads;

  private EarlyHeaders(@Nullable StoredVersion version, Map<Long, Read> reads) {
    this.version = version;
    this.reads = reads;
  }

  /**
   * Begins to ask; does not wait.
   *
   * @param asking asks for bytes of {@code version}
   * @param places where to look
   */
  static EarlyHeaders begin(StoredVersion version, PinnedReads asking, Collection<Long> places) {
    Map<Long, Read> reads = new TreeMap<>();
    for (long place : places) {
      Read read = new Read(asking, place);
      reads.put(place, read);
      THREADS.execute(read);
    }
    return new EarlyHeaders(version, reads);
  }

  /** Returns these and one that was read before. */
  EarlyHeaders with(StoredVersion of, long place, byte[] header) {
    Map<Long, Read> all = new TreeMap<>(reads);
    all.put(place, Read.done(header));
    return new EarlyHeaders(of, all);
  }

  /** Returns those of {@code found}, none where another version was asked. */
  HeadersAtHand of(StoredVersion found) {
    StoredVersion asked = version;
    return asked != null && asked.isSameListed(found) ? new Taken(reads) : HeadersAtHand.NONE;
  }

  /** Returns the headers of the first answer that came; waits for it. Null where none did. */
  @Nullable SdkHttpHeaders answer() {
    for (Read read : reads.values()) {
      Prologue found = read.await();
      if (found != null && found.answer() != null) {
        return found.answer();
      }
    }
    return null;
  }

  /** Returns the stored size that every answer confirmed. */
  long storedBytes() {
    return version == null ? 0 : version.storedBytes();
  }

  /** Drops what was not sent yet: nobody will take it. */
  void drop() {
    reads.values().forEach(Read::drop);
  }

  private record Taken(Map<Long, Read> reads) implements HeadersAtHand {
    @Override
    public boolean has(long storedOffset) {
      return reads.containsKey(storedOffset);
    }

    @Override
    public byte @Nullable [] take(long storedOffset) {
      Read read = reads.get(storedOffset);
      Prologue answer = read == null ? null : read.await();
      return answer == null ? null : answer.bytes();
    }
  }

  /** One request. The thread that claims it first sends it, so that none waits for a free one. */
  private static final class Read implements Runnable {
    private final @Nullable PinnedReads asking;
    private final long place;
    private final AtomicBoolean claimed = new AtomicBoolean();
    private final CompletableFuture<@Nullable Prologue> answer = new CompletableFuture<>();

    Read(@Nullable PinnedReads asking, long place) {
      this.asking = asking;
      this.place = place;
    }

    static Read done(byte[] header) {
      Read done = new Read(null, 0);
      done.claim();
      done.answer.complete(new Prologue(null, header));
      return done;
    }

    void drop() {
      if (claim()) {
        answer.complete(null);
      }
    }

    boolean claim() {
      return claimed.compareAndSet(false, true);
    }

    @Override
    public void run() {
      if (asking == null || !claim()) {
        return;
      }
      Prologue found = null;
      try {
        found = asking.ask(place);
      } catch (RuntimeException e) {
        // a hint that is not there: who needs it asks again, and meets the failure
      } finally {
        answer.complete(found);
      }
    }

    /** Returns the answer, null where there is none. */
    @Nullable Prologue await() {
      run(); // here, unless a thread does already
      try {
        return answer.get();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw AbortedException.create("interrupted while parts of an object were looked for", e);
      } catch (ExecutionException e) {
        return null; // never completed so
      }
    }
  }
}
