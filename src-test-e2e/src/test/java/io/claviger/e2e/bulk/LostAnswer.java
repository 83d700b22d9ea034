package io.claviger.e2e.bulk;

import io.claviger.e2e.env.E2e;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;

/** Connections of which one breaks when the store has done what it was asked, and not said so. */
final class LostAnswer implements SdkHttpClient {
  private final SdkHttpClient connections = E2e.trusting();
  private final AtomicInteger left = new AtomicInteger();

  /** The answer to the request of this number from now on, 0 for the next one, is lost. */
  void loses(int number) {
    left.set(number + 1);
  }

  /** Whether so many requests came that one lost its answer. */
  boolean lost() {
    return left.get() <= 0;
  }

  @Override
  public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
    ExecutableHttpRequest prepared = connections.prepareRequest(request);
    return new ExecutableHttpRequest() {
      @Override
      public HttpExecuteResponse call() throws IOException {
        HttpExecuteResponse answer = prepared.call();
        if (left.decrementAndGet() != 0) {
          return answer;
        }
        answer.responseBody().ifPresent(body -> body.abort());
        throw new IOException("the connection broke before the answer");
      }

      @Override
      public void abort() {
        prepared.abort();
      }
    };
  }

  @Override
  public void close() {
    connections.close();
  }
}
