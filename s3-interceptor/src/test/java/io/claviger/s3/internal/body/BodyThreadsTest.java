package io.claviger.s3.internal.body;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import software.amazon.awssdk.core.async.SdkPublisher;

/** Bodies that are read from streams: a bounded number of threads, one end. */
class BodyThreadsTest {
  private static int threadsNamed(String name) {
    return (int)
        Thread.getAllStackTraces().keySet().stream().filter(t -> t.getName().equals(name)).count();
  }

  /** Asks for nothing until the test says so. */
  private static final class Waiting implements Subscriber<ByteBuffer> {
    private final CompletableFuture<Integer> bytes = new CompletableFuture<>();
    private final AtomicInteger got = new AtomicInteger();
    private volatile Subscription subscription;

    @Override
    public void onSubscribe(Subscription given) {
      subscription = given;
    }

    @Override
    public void onNext(ByteBuffer piece) {
      got.addAndGet(piece.remaining());
    }

    @Override
    public void onError(Throwable failure) {
      bytes.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
      bytes.complete(got.get());
    }
  }

  @Test
  void bodiesThatNobodyReadsHoldNoThread() throws Exception {
    byte[] content = new byte[200_000];
    List<Waiting> waiting = new ArrayList<>();
    for (int i = 0; i < 4 * AsyncBody.MOST_THREADS; i++) {
      Waiting one = new Waiting();
      new AsyncBody(() -> new ByteArrayInputStream(content), content.length).subscribe(one);
      one.subscription.request(1);
      waiting.add(one);
    }
    AtomicInteger read = new AtomicInteger();
    SdkPublisher.adapt(new AsyncBody(() -> new ByteArrayInputStream(content), content.length))
        .subscribe(piece -> read.addAndGet(piece.remaining()))
        .get(2, TimeUnit.MINUTES);
    assertThat(read).hasValue(content.length);
    assertThat(threadsNamed("claviger-s3-copy")).isLessThanOrEqualTo(AsyncBody.MOST_THREADS);
    for (Waiting one : waiting) {
      one.subscription.request(Long.MAX_VALUE);
      assertThat(one.bytes.get(2, TimeUnit.MINUTES)).isEqualTo(content.length);
    }
  }

  @Test
  void aBodyEndsWithItsStream() {
    for (int there : new int[] {99, 101}) {
      AsyncBody body = new AsyncBody(() -> new ByteArrayInputStream(new byte[there]), 100);
      CompletableFuture<Void> end = SdkPublisher.adapt(body).subscribe(piece -> {});
      assertThatThrownBy(() -> end.get(2, TimeUnit.MINUTES)).hasMessageContaining("announced");
    }
  }

  @Test
  void aCancelledBodyClosesItsStream() throws Exception {
    CountDownLatch closed = new CountDownLatch(1);
    InputStream stream =
        new ByteArrayInputStream(new byte[100]) {
          @Override
          public void close() {
            closed.countDown();
          }
        };
    Waiting one = new Waiting();
    new AsyncBody(() -> stream, 100).subscribe(one);
    one.subscription.cancel();
    assertThat(closed.await(2, TimeUnit.MINUTES)).isTrue();
    assertThat(one.bytes).isNotDone();
  }
}
