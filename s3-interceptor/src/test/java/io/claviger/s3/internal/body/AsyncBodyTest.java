package io.claviger.s3.internal.body;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import software.amazon.awssdk.http.Abortable;

/** A body that a call gave up gives its connection and its thread back at once. */
class AsyncBodyTest {
  private static final int MINUTES = 2;

  /** A store that says nothing any more, until its connection is given up. */
  private static final class Silent extends InputStream implements Abortable {
    final CountDownLatch reading = new CountDownLatch(1);
    final CountDownLatch aborted = new CountDownLatch(1);
    final CountDownLatch closed = new CountDownLatch(1);

    @Override
    public int read() throws IOException {
      reading.countDown();
      try {
        aborted.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      throw new IOException("the connection was given up");
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      return read();
    }

    @Override
    public void abort() {
      aborted.countDown();
    }

    @Override
    public void close() {
      closed.countDown();
    }
  }

  @Test
  void aCancelEndsAReadThatWaits() throws InterruptedException {
    Silent stored = new Silent();
    AtomicReference<Subscription> subscription = new AtomicReference<>();
    CompletableFuture<String> signal = new CompletableFuture<>();
    new AsyncBody(() -> stored, 10)
        .subscribe(
            new Subscriber<>() {
              @Override
              public void onSubscribe(Subscription given) {
                subscription.set(given);
                given.request(1);
              }

              @Override
              public void onNext(ByteBuffer bytes) {
                signal.complete("bytes");
              }

              @Override
              public void onError(Throwable failure) {
                signal.complete(failure.toString());
              }

              @Override
              public void onComplete() {
                signal.complete("the end");
              }
            });
    assertThat(stored.reading.await(MINUTES, TimeUnit.MINUTES)).isTrue();
    subscription.get().cancel();
    assertThat(stored.closed.await(MINUTES, TimeUnit.MINUTES)).as("given back").isTrue();
    assertThat(signal).as("no signal after a cancel").isNotCompleted();
  }
}
