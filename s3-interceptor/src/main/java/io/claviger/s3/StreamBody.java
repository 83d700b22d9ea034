package io.claviger.s3;

import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.http.ContentStreamProvider;

/**
 * A body for asynchronous clients that is read from a stream, a fresh one for each attempt, on
 * threads of its own.
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
          AsyncRequestBody.fromInputStream(in, bytes, THREADS).subscribe(subscriber);
        });
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
