package io.claviger.s3.internal.call;

import java.nio.ByteBuffer;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import software.amazon.awssdk.http.SdkHttpResponse;

/**
 * What becomes of an answer that is refused on an asynchronous client. An exception out of the hook
 * would do, but the SDK (seen with 2.57.8) then never releases the buffers that its HTTP client has
 * read of the body already, and direct memory runs out. So the answer becomes an error of the
 * store, whose body is cancelled and fails with the refusal when the SDK reads it.
 *
 * @param refusal the exception that the caller gets
 */
record RefusedAnswer(RuntimeException refusal) {
  private static final int ANY_ERROR = 400;

  /** What the SDK takes for the answer: an error of the store. */
  static final SdkHttpResponse ANSWER =
      SdkHttpResponse.builder().statusCode(ANY_ERROR).statusText("refused by the reader").build();

  /** Returns a body that fails and cancels {@code stored}. */
  Publisher<ByteBuffer> body(Publisher<ByteBuffer> stored) {
    return subscriber -> stored.subscribe(new Cancelling(subscriber, refusal));
  }

  private static final class Cancelling implements Subscriber<ByteBuffer> {
    private final Subscriber<? super ByteBuffer> subscriber;
    private final RuntimeException refusal;

    Cancelling(Subscriber<? super ByteBuffer> subscriber, RuntimeException refusal) {
      this.subscriber = subscriber;
      this.refusal = refusal;
    }

    @Override
    public void onSubscribe(Subscription stored) {
      subscriber.onSubscribe(
          new Subscription() {
            @Override
            public void request(long count) {}

            @Override
            public void cancel() {}
          });
      try {
        subscriber.onError(refusal);
      } finally {
        stored.cancel();
      }
    }

    @Override
    public void onNext(ByteBuffer bytes) {}

    @Override
    public void onError(Throwable failure) {}

    @Override
    public void onComplete() {}
  }
}
