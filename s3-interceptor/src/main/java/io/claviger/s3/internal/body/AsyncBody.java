package io.claviger.s3.internal.body;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.http.ContentStreamProvider;

/**
 * A body for asynchronous clients that is read from a stream, a fresh one for each attempt, on
 * threads of its own. A thread is taken only while bytes are asked for: a body that nobody reads
 * holds none, so a bounded number serves any number of bodies. The stream is closed at its end, on
 * an error and when the subscriber cancels.
 */
public final class AsyncBody implements AsyncRequestBody {
  public static final int MOST_THREADS = 64;

  public static final ExecutorService THREADS =
      WorkerThreads.pool("claviger-s3-copy", MOST_THREADS);

  private static final int PIECE_BYTES = 64 * 1024;

  private final ContentStreamProvider source;
  private final long bytes;

  public AsyncBody(ContentStreamProvider source, long bytes) {
    this.source = source;
    this.bytes = bytes;
  }

  @Override
  public Optional<Long> contentLength() {
    return Optional.of(bytes);
  }

  @Override
  public void subscribe(Subscriber<? super ByteBuffer> subscriber) {
    Reading reading = new Reading(Objects.requireNonNull(subscriber, "subscriber"));
    subscriber.onSubscribe(reading);
    reading.schedule();
  }

  /**
   * One pass over the stream. All but {@code request} and {@code cancel} runs on one thread at a
   * time.
   */
  private final class Reading implements Subscription {
    private final Subscriber<? super ByteBuffer> below;
    private final AtomicLong asked = new AtomicLong();

    /** Calls that were not answered yet; the call that raises it from 0 starts the work. */
    private final AtomicInteger calls = new AtomicInteger();

    private volatile boolean cancelled;
    private volatile boolean badRequest;
    private volatile @Nullable InputStream in;
    private long left = bytes;
    private volatile boolean over;

    Reading(Subscriber<? super ByteBuffer> below) {
      this.below = below;
    }

    @Override
    public void request(long count) {
      if (count <= 0) {
        badRequest = true;
      } else {
        asked.accumulateAndGet(count, (a, b) -> a + b < 0 ? Long.MAX_VALUE : a + b);
      }
      schedule();
    }

    /** A read that waits for the store ends at once, as that of a plain client's body does. */
    @Override
    public void cancel() {
      cancelled = true;
      if (!over) {
        StoredBody.abort(in);
      }
      schedule();
    }

    void schedule() {
      if (calls.getAndIncrement() == 0) {
        THREADS.execute(this::work);
      }
    }

    private void work() {
      int answered = 1;
      do {
        while (!over && step()) {}
        answered = calls.addAndGet(-answered);
      } while (answered != 0);
    }

    /** Returns whether there may be more to do. */
    private boolean step() {
      try {
        InputStream stream = in;
        if (stream == null) {
          stream = source.newStream();
          in = stream;
        }
        if (cancelled) {
          end();
          return false;
        }
        if (badRequest) {
          throw new IllegalArgumentException("rule 3.9: request must be positive");
        }
        if (left == 0) {
          requireEnd(stream);
          end();
          below.onComplete();
          return false;
        }
        return asked.get() > 0 && give(stream);
      } catch (IOException | RuntimeException | Error e) {
        fail(e);
        return false;
      }
    }

    private boolean give(InputStream stream) throws IOException {
      byte[] piece = new byte[(int) Math.min(PIECE_BYTES, left)];
      int got = stream.read(piece, 0, piece.length);
      if (got < 0) {
        throw new IOException(left + " bytes less than announced");
      }
      left -= got;
      asked.accumulateAndGet(1, (a, b) -> a == Long.MAX_VALUE ? a : a - b);
      below.onNext(ByteBuffer.wrap(piece, 0, got));
      return true;
    }

    /** The end proves what was read, and gives the connection back. */
    private void requireEnd(InputStream stream) throws IOException {
      if (stream.read() >= 0) {
        throw new IOException("more bytes than the " + bytes + " announced");
      }
    }

    private void fail(Throwable e) {
      if (!over) {
        boolean wanted = !cancelled; // else what the cancel itself brought about
        end();
        if (wanted) {
          below.onError(e);
        }
      }
    }

    private void end() {
      over = true;
      StoredBody.release(in);
    }
  }
}
