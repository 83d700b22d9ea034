package io.claviger.same;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.utils.BinaryUtils;
import software.amazon.awssdk.utils.async.SimplePublisher;

/**
 * For the asynchronous client below the S3 Encryption Client: collects each attempt's body before
 * it is sent. That client's publisher sometimes delivers two buffers for one that was asked for;
 * the SDK then drops one, and the write fails half a minute later ("Upstream delivered more data
 * than requested"). An attempt still reads its publisher once, so what a retry meets stays as it
 * is.
 */
public final class WholeBodies implements ExecutionInterceptor {
  @Override
  public Optional<AsyncRequestBody> modifyAsyncHttpContent(
      Context.ModifyHttpRequest context, ExecutionAttributes attributes) {
    return context.asyncRequestBody().map(WholeBody::new);
  }

  private record WholeBody(AsyncRequestBody given) implements AsyncRequestBody {
    @Override
    public Optional<Long> contentLength() {
      return given.contentLength();
    }

    @Override
    public String contentType() {
      return given.contentType();
    }

    @Override
    public void subscribe(Subscriber<? super ByteBuffer> target) {
      given.subscribe(new Collector(target));
    }
  }

  private static final class Collector implements Subscriber<ByteBuffer> {
    private final Subscriber<? super ByteBuffer> target;
    private final ByteArrayOutputStream all = new ByteArrayOutputStream();

    Collector(Subscriber<? super ByteBuffer> target) {
      this.target = target;
    }

    @Override
    public void onSubscribe(Subscription subscription) {
      subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(ByteBuffer bytes) {
      all.writeBytes(BinaryUtils.copyBytesFrom(bytes));
    }

    @Override
    public void onError(Throwable cause) {
      SimplePublisher<ByteBuffer> failed = new SimplePublisher<>();
      failed.subscribe(target);
      failed.error(cause);
    }

    @Override
    public void onComplete() {
      AsyncRequestBody.fromBytes(all.toByteArray()).subscribe(target);
    }
  }
}
