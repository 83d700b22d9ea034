package io.claviger.s3;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.apache.ApacheHttpClient;

/** A pool of two connections that knows how many answers hold one. */
final class CountedConnections implements SdkHttpClient {
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

  private final SdkHttpClient pool =
      ApacheHttpClient.builder()
          .maxConnections(2)
          .connectionAcquisitionTimeout(Duration.ofSeconds(60))
          .build();

  private int open;
  private int opened;

  /** Returns how many answers with a body came so far. */
  synchronized int opened() {
    return opened;
  }

  /** Waits until no answer holds a connection; returns how many still do after a long while. */
  synchronized int stillOpen() throws InterruptedException {
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (open > 0 && System.nanoTime() < end) {
      TimeUnit.NANOSECONDS.timedWait(this, end - System.nanoTime());
    }
    return open;
  }

  private synchronized void count(int more) {
    open += more;
    opened += Math.max(0, more);
    notifyAll();
  }

  @Override
  public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
    ExecutableHttpRequest prepared = pool.prepareRequest(request);
    return new ExecutableHttpRequest() {
      @Override
      public HttpExecuteResponse call() throws IOException {
        HttpExecuteResponse answer = prepared.call();
        return answer
            .responseBody()
            .map(
                body ->
                    HttpExecuteResponse.builder()
                        .response(answer.httpResponse())
                        .responseBody(counted(body))
                        .build())
            .orElse(answer);
      }

      @Override
      public void abort() {
        prepared.abort();
      }
    };
  }

  private AbortableInputStream counted(AbortableInputStream body) {
    count(1);
    Counted counted = new Counted(body);
    return AbortableInputStream.create(
        counted,
        () -> {
          body.abort();
          counted.released();
        });
  }

  @Override
  public void close() {
    pool.close();
  }

  /** Released at its end, when it is closed, or when it breaks. */
  private final class Counted extends FilterInputStream {
    private final AtomicBoolean over = new AtomicBoolean();

    Counted(InputStream body) {
      super(body);
    }

    void released() {
      if (over.compareAndSet(false, true)) {
        count(-1);
      }
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      try {
        int got = in.read(target, offset, length);
        if (got < 0) {
          released();
        }
        return got;
      } catch (IOException e) {
        released();
        throw e;
      }
    }

    @Override
    public void close() throws IOException {
      try {
        in.close();
      } finally {
        released();
      }
    }
  }
}
