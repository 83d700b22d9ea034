package io.claviger.s3.internal.body;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/**
 * A body in the place of the store's begins when that one does, never within the call that hands it
 * over: the SDK's transformers are not prepared for one that is at its end before.
 */
class ReplacedBodiesTest {
  private static final byte[] OTHER = "the other body".getBytes(StandardCharsets.UTF_8);

  /** The store's body, whose signals the test gives. */
  private static final class StoredAnswer implements Publisher<ByteBuffer>, Subscription {
    private Subscriber<? super ByteBuffer> reader;
    private long asked;
    private volatile boolean cancelled;

    @Override
    public void subscribe(Subscriber<? super ByteBuffer> subscriber) {
      reader = subscriber;
      subscriber.onSubscribe(this);
    }

    @Override
    public void request(long count) {
      asked += count;
    }

    @Override
    public void cancel() {
      cancelled = true;
    }
  }

  /** What the caller's transformer sees. */
  private static final class Caller implements Subscriber<ByteBuffer> {
    private final CompletableFuture<String> all = new CompletableFuture<>();
    private final StringBuilder text = new StringBuilder();
    private boolean subscribed;

    @Override
    public void onSubscribe(Subscription given) {
      subscribed = true;
      given.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(ByteBuffer bytes) {
      text.append(StandardCharsets.UTF_8.decode(bytes));
    }

    @Override
    public void onError(Throwable failure) {
      all.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
      all.complete(text.toString());
    }
  }

  static Stream<Arguments> ways() {
    Consumer<StoredAnswer> bytes = stored -> stored.reader.onNext(ByteBuffer.allocate(10));
    Consumer<StoredAnswer> end = stored -> stored.reader.onComplete();
    Consumer<StoredAnswer> failure = stored -> stored.reader.onError(new IllegalStateException());
    return Stream.of(
            BodyPlan.instead(OTHER),
            BodyPlan.fetched(OTHER.length, () -> new ByteArrayInputStream(OTHER)))
        .flatMap(plan -> Stream.of(bytes, end, failure).map(first -> Arguments.of(plan, first)));
  }

  @ParameterizedTest
  @MethodSource("ways")
  void beginsAtTheFirstSignalOfTheStoredBody(BodyPlan plan, Consumer<StoredAnswer> first) {
    StoredAnswer stored = new StoredAnswer();
    Caller caller = new Caller();
    plan.publisher().apply(stored).subscribe(caller);
    assertThat(stored.asked).isEqualTo(1);
    assertThat(caller.subscribed).isFalse();
    first.accept(stored);
    assertThat(caller.all.join()).isEqualTo("the other body");
  }

  /** The connection may be the only one: it is given back before another request is made. */
  @Test
  void theStoredBodyIsCancelledBeforeTheOtherIsFetched() {
    StoredAnswer stored = new StoredAnswer();
    CompletableFuture<Boolean> cancelled = new CompletableFuture<>();
    BodyPlan plan =
        BodyPlan.fetched(
            OTHER.length,
            () -> {
              cancelled.complete(stored.cancelled);
              return new ByteArrayInputStream(OTHER);
            });
    Caller caller = new Caller();
    plan.publisher().apply(stored).subscribe(caller);
    stored.reader.onNext(ByteBuffer.allocate(1));
    assertThat(caller.all.join()).isEqualTo("the other body");
    assertThat(cancelled).isCompletedWithValue(true);
  }
}
