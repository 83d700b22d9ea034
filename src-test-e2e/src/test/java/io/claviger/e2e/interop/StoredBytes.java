package io.claviger.e2e.interop;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.reactivestreams.Publisher;
import software.amazon.awssdk.core.async.SdkPublisher;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;

/** Counts the bytes of answers as they arrive from the store. */
final class StoredBytes implements ExecutionInterceptor {
  private final AtomicLong count = new AtomicLong();

  long count() {
    return count.get();
  }

  void reset() {
    count.set(0);
  }

  @Override
  public Optional<InputStream> modifyHttpResponseContent(
      Context.ModifyHttpResponse context, ExecutionAttributes attributes) {
    return context.responseBody().map(Counting::new);
  }

  @Override
  public Optional<Publisher<ByteBuffer>> modifyAsyncHttpResponseContent(
      Context.ModifyHttpResponse context, ExecutionAttributes attributes) {
    return context
        .responsePublisher()
        .map(body -> SdkPublisher.adapt(body).map(buffer -> count(buffer)));
  }

  private ByteBuffer count(ByteBuffer buffer) {
    count.addAndGet(buffer.remaining());
    return buffer;
  }

  private final class Counting extends FilterInputStream {
    Counting(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int value = super.read();
      count.addAndGet(value < 0 ? 0 : 1);
      return value;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      int read = super.read(target, offset, length);
      count.addAndGet(Math.max(read, 0));
      return read;
    }
  }
}
