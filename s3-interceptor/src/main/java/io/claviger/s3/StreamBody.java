package io.claviger.s3;

import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.http.ContentStreamProvider;

/**
 * A body for asynchronous clients that is read from a stream, a fresh one for each attempt, on
 * threads of its own. The stream is closed at its end, on an error and when the subscriber cancels.
 */
final class StreamBody implements AsyncRequestBody {
  /** Threads that may block: they read from the store while an asynchronous client sends. */
  static final ExecutorService THREADS =
      Executors.newCachedThreadPool(
          work -> {
            Thread thread = new Thread(work, "claviger-s3-copy");
            thread.setDaemon(true);
            return thread;
          });

  private final ContentStreamProvider source;
  private final long bytes;

  StreamBody(ContentStreamProvider source, long bytes) {
    this.source = source;
    this.bytes = bytes;
  }

  @Override
  public Optional<Long> contentLength() {
    return Optional.of(bytes);
  }

  @Override
  public void subscribe(Subscriber<? super ByteBuffer> subscriber) {
    THREADS.execute(
        () -> {
          InputStream in;
          try {
            in = source.newStream();
          } catch (RuntimeException | Error e) {
            fail(subscriber, e);
            return;
          }
          AsyncRequestBody.fromInputStream(in, bytes, THREADS)
              .subscribe(new Closing(subscriber, in));
        });
  }

  /** Passes everything on, and closes the stream, which the SDK leaves open. */
  private static final class Closing implements Subscriber<ByteBuffer> {
    private final Subscriber<? super ByteBuffer> below;
    private final InputStream in;
    private final AtomicBoolean over = new AtomicBoolean();

    Closing(Subscriber<? super ByteBuffer> below, InputStream in) {
      this.below = below;
      this.in = in;
    }

    @Override
    public void onSubscribe(Subscription reading) {
      below.onSubscribe(
          new Subscription() {
            @Override
            public void request(long count) {
              reading.request(count);
            }

            @Override
            public void cancel() {
              reading.cancel();
              close();
            }
          });
    }

    /** Closing may wait for the network, and the subscriber's thread must not. */
    private void close() {
      if (over.compareAndSet(false, true)) {
        THREADS.execute(() -> Answers.release(in));
      }
    }

    @Override
    public void onNext(ByteBuffer bytes) {
      below.onNext(bytes);
    }

    @Override
    public void onError(Throwable failure) {
      close();
      below.onError(failure);
    }

    @Override
    public void onComplete() {
      close();
      below.onComplete();
    }
  }

  private static void fail(Subscriber<? super ByteBuffer> subscriber, Throwable e) {
    subscriber.onSubscribe(
        new Subscription() {
          @Override
          public void request(long count) {}

          @Override
          public void cancel() {}
        });
    subscriber.onError(e);
  }
}
