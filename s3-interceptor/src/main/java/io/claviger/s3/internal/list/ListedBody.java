package io.claviger.s3.internal.list;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import software.amazon.awssdk.utils.async.SimplePublisher;

/**
 * The body of a listing, given on when what its sizes need was found out: the thread that brings
 * it, an event loop, may not wait for that.
 *
 * <p>Holds the whole body, of at most 1,000 keys. Threads: as Reactive Streams demands.
 */
final class ListedBody implements Publisher<ByteBuffer> {
  private final Publisher<ByteBuffer> stored;
  private final Consumer<byte[]> prepares;
  private final Executor threads;

  /**
   * @param prepares gets the body; may block
   * @param threads where it runs
   */
  ListedBody(Publisher<ByteBuffer> stored, Consumer<byte[]> prepares, Executor threads) {
    this.stored = stored;
    this.prepares = prepares;
    this.threads = threads;
  }

  @Override
  public void subscribe(Subscriber<? super ByteBuffer> subscriber) {
    SimplePublisher<ByteBuffer> later = new SimplePublisher<>();
    later.subscribe(subscriber);
    stored.subscribe(new Collecting(later));
  }

  /** Takes all bytes; one use. */
  private final class Collecting implements Subscriber<ByteBuffer> {
    private final SimplePublisher<ByteBuffer> later;
    private final ByteArrayOutputStream collected = new ByteArrayOutputStream();

    Collecting(SimplePublisher<ByteBuffer> later) {
      this.later = later;
    }

    @Override
    public void onSubscribe(Subscription subscription) {
      subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(ByteBuffer bytes) {
      byte[] piece = new byte[bytes.remaining()];
      bytes.get(piece);
      collected.writeBytes(piece);
    }

    @Override
    public void onError(Throwable failure) {
      later.error(failure);
    }

    @Override
    public void onComplete() {
      byte[] body = collected.toByteArray();
      threads.execute(
          () -> {
            try {
              prepares.accept(body);
            } finally {
              later.send(ByteBuffer.wrap(body));
              later.complete();
            }
          });
    }
  }
}
