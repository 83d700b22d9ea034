package io.claviger.s3.internal.body;

import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/**
 * Takes the store's body, in whose place the caller gets another one: reads a short body to its
 * end, which keeps its connection, and cancels a longer one.
 *
 * <p>The other body begins at the first signal of this one. The SDK hands a body to the caller's
 * transformer on the thread that brings the answer, and transformers rely on that call to return
 * before the body is at its end: a body that comes from the HTTP client ends later, on the same
 * thread. With one that ended earlier the multipart client never completes its call (its
 * ByteArraySplittingTransformer, seen with 2.57.8).
 */
final class Replaced implements Subscriber<ByteBuffer> {
  private final long most;
  private final Runnable other;
  private boolean begun;
  private long read;
  private @Nullable Subscription stored;

  /**
   * @param most the length of a short body
   * @param other begins the other body; called once, must not block
   */
  Replaced(long most, Runnable other) {
    this.most = most;
    this.other = other;
  }

  @Override
  public void onSubscribe(Subscription given) {
    stored = given;
    given.request(1);
  }

  @Override
  public void onNext(ByteBuffer bytes) {
    Subscription subscription = Objects.requireNonNull(stored, "onSubscribe comes first");
    read += bytes.remaining();
    if (read > most) {
      subscription.cancel(); // first: the other body may need its connection
      begin();
    } else {
      begin();
      subscription.request(1);
    }
  }

  @Override
  public void onError(Throwable failure) {
    begin();
  }

  @Override
  public void onComplete() {
    begin();
  }

  private void begin() {
    if (!begun) {
      begun = true;
      other.run();
    }
  }
}
