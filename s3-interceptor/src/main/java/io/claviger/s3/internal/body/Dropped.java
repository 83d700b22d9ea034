package io.claviger.s3.internal.body;

import java.nio.ByteBuffer;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/** Cancels a body, so that the HTTP client releases its buffers and closes the connection. */
public final class Dropped implements Subscriber<ByteBuffer> {
  @Override
  public void onSubscribe(Subscription given) {
    given.cancel();
  }

  @Override
  public void onNext(ByteBuffer bytes) {}

  @Override
  public void onError(Throwable failure) {}

  @Override
  public void onComplete() {}
}
