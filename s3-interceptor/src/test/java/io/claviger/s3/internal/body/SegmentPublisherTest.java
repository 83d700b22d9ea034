package io.claviger.s3.internal.body;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.encryption.SegmentFeed;
import io.claviger.object.FormatException;
import io.claviger.object.FormatException.Failure;
import io.claviger.s3.api.ClavigerS3Exception;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/**
 * Back-pressure, cancelling, failures; the rules themselves are in {@link SegmentPublisherTckTest}.
 */
class SegmentPublisherTest {
  private static final int PIECE = 16_384;

  private final PiecesPublisher source = new PiecesPublisher(new byte[10 << 20], PIECE);
  private final Sink sink = new Sink();
  private final AtomicInteger released = new AtomicInteger();

  /** Gives 64 KiB for 64 KiB, and fails at the piece the test names. */
  private final class Whole implements SegmentFeed {
    private final int failAtPiece;
    private final byte[] held = new byte[65_536];
    private int filled;
    private int pieces;

    Whole(int failAtPiece) {
      this.failAtPiece = failAtPiece;
    }

    @Override
    public ByteBuffer feed(ByteBuffer input) {
      int count = Math.min(held.length - filled, input.remaining());
      input.get(held, filled, count);
      filled += count;
      if (filled < held.length) {
        return null;
      }
      filled = 0;
      pieces++;
      if (pieces == failAtPiece) {
        throw new FormatException(Failure.SEGMENT, "s3://b/k: changed");
      }
      return ByteBuffer.wrap(held.clone());
    }

    @Override
    public ByteBuffer end() {
      return null;
    }

    @Override
    public void release() {
      released.incrementAndGet();
    }
  }

  private static class Sink implements Subscriber<ByteBuffer> {
    final List<Integer> sizes = new ArrayList<>();
    final CompletableFuture<Throwable> over = new CompletableFuture<>();
    Subscription subscription;
    int signalsAfterTheEnd;

    @Override
    public void onSubscribe(Subscription given) {
      subscription = given;
    }

    @Override
    public void onNext(ByteBuffer bytes) {
      signalsAfterTheEnd += over.isDone() ? 1 : 0;
      sizes.add(bytes.remaining());
    }

    @Override
    public void onError(Throwable e) {
      signalsAfterTheEnd += over.complete(e) ? 0 : 1;
    }

    @Override
    public void onComplete() {
      signalsAfterTheEnd += over.complete(null) ? 0 : 1;
    }
  }

  private Publisher<ByteBuffer> publisher(int failAtPiece) {
    return new SegmentPublisher("s3://b/k", source, () -> new Whole(failAtPiece), null);
  }

  @Test
  void nothingIsTakenBeforeSomethingIsAskedFor() {
    publisher(0).subscribe(sink);
    assertThat(source.givenBytes).hasValue(0);
    sink.subscription.request(1);
    assertThat(sink.sizes).containsExactly(65_536);
    assertThat(source.givenBytes).hasValue(65_536);
    sink.subscription.request(2);
    assertThat(source.givenBytes).hasValue(3 * 65_536);
  }

  @Test
  void theEndComesOnceAndReleases() {
    publisher(0).subscribe(sink);
    sink.subscription.request(Long.MAX_VALUE);
    assertThat(sink.over).isCompletedWithValue(null);
    assertThat(sink.sizes).hasSize(160);
    sink.subscription.request(1);
    sink.subscription.cancel();
    assertThat(sink.signalsAfterTheEnd).isZero();
    assertThat(released).hasValue(1);
  }

  @Test
  void aRefusalIsNotRepeatableAndStopsTheSource() {
    publisher(3).subscribe(sink);
    sink.subscription.request(Long.MAX_VALUE);
    assertThat(sink.sizes).hasSize(2);
    assertThat(sink.over.join())
        .isInstanceOfSatisfying(
            ClavigerS3Exception.class,
            e -> {
              assertThat(e.retryable()).isFalse();
              assertThat(e.formatFailure()).contains(Failure.SEGMENT);
            });
    assertThat(source.givenBytes).hasValue(3 * 65_536);
    assertThat(released).hasValue(1);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1})
  void askingForNothingIsAnError(long count) {
    publisher(0).subscribe(sink);
    sink.subscription.request(count);
    assertThat(sink.over.join())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("3.9");
  }

  @Test
  void mayBeCancelledFromAnyThreadAtAnyTime() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(2);
    for (int round = 0; round < 200; round++) {
      Sink one = new Sink();
      new SegmentPublisher("s3://b/k", source, () -> new Whole(0), threads).subscribe(one);
      var asking = threads.submit(() -> one.subscription.request(Long.MAX_VALUE));
      var cancelling = threads.submit(one.subscription::cancel);
      asking.get();
      cancelling.get();
      assertThat(one.signalsAfterTheEnd).isZero();
    }
    threads.shutdown();
  }

  @Test
  void aSubscriberThatThrowsTakesNothingAnyMore() {
    Sink throwing =
        new Sink() {
          @Override
          public void onNext(ByteBuffer bytes) {
            super.onNext(bytes);
            throw new IllegalStateException("thrown");
          }
        };
    publisher(0).subscribe(throwing);
    org.assertj.core.api.Assertions.assertThatThrownBy(() -> throwing.subscription.request(5))
        .hasMessage("thrown");
    throwing.subscription.request(5);
    assertThat(throwing.sizes).hasSize(1);
    assertThat(released).hasValue(1);
  }
}
