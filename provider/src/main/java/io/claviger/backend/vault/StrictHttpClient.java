package io.claviger.backend.vault;

import java.io.IOException;
import java.net.Authenticator;
import java.net.CookieHandler;
import java.net.ProxySelector;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.PushPromiseHandler;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * The one client of every request to Vault, also of those that the driver sends. An answer must be
 * whole within the time-out, of at most {@value #MAX_ANSWER_BYTES} bytes, and Vault's ({@link
 * VaultReply#defect}): anything else is an {@link IOException}, never an answer.
 *
 * <p>Threads: safe. Blocking: {@code send}, until the answer is whole or the time-out is over.
 */
final class StrictHttpClient extends HttpClient {
  /** The list of 100,000 keys with names of 80 bytes is half of it. */
  static final int MAX_ANSWER_BYTES = 16 << 20;

  /** What answered is not Vault. The message holds nothing of the answer. */
  static final class NotVault extends IOException {
    private static final long serialVersionUID = 1L;

    NotVault(String found) {
      super(found);
    }
  }

  /** Passes a body on as long as it is not too large. */
  private static final class Limited<T> implements BodySubscriber<T> {
    private final BodySubscriber<T> to;
    private Flow.@Nullable Subscription subscription;
    private long left = MAX_ANSWER_BYTES;

    Limited(BodySubscriber<T> to) {
      this.to = to;
    }

    @Override
    public CompletionStage<T> getBody() {
      return to.getBody();
    }

    @Override
    public void onSubscribe(Flow.Subscription upstream) {
      subscription = upstream;
      to.onSubscribe(upstream);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
      if (left < 0) {
        return;
      }
      for (ByteBuffer buffer : buffers) {
        left -= buffer.remaining();
      }
      if (left >= 0) {
        to.onNext(buffers);
        return;
      }
      if (subscription != null) {
        subscription.cancel();
      }
      to.onError(new NotVault("more than %d MiB".formatted(MAX_ANSWER_BYTES >> 20)));
    }

    @Override
    public void onError(Throwable failure) {
      if (left >= 0) {
        to.onError(failure);
      }
    }

    @Override
    public void onComplete() {
      if (left >= 0) {
        to.onComplete();
      }
    }
  }

  private final HttpClient client;
  private final Duration timeout;

  StrictHttpClient(HttpClient client, Duration timeout) {
    this.client = client;
    this.timeout = timeout;
  }

  @Override
  public <T> HttpResponse<T> send(HttpRequest request, BodyHandler<T> handler)
      throws IOException, InterruptedException {
    CompletableFuture<HttpResponse<T>> sent = sendAsync(request, handler);
    HttpResponse<T> answer;
    try {
      answer = sent.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      sent.cancel(true);
      throw new HttpTimeoutException("no whole answer in time");
    } catch (InterruptedException e) {
      sent.cancel(true);
      throw e;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException failure) {
        throw failure;
      }
      throw new IOException("internal error: a request failed", e.getCause());
    }
    String defect = VaultReply.defect(answer.statusCode(), bytes(answer.body()));
    if (defect != null) {
      throw new NotVault("%s with status %d".formatted(defect, answer.statusCode()));
    }
    return answer;
  }

  private static byte[] bytes(@Nullable Object body) {
    if (body instanceof byte[] bytes) {
      return bytes;
    }
    return body instanceof String text ? text.getBytes(StandardCharsets.UTF_8) : new byte[0];
  }

  @Override
  public <T> CompletableFuture<HttpResponse<T>> sendAsync(
      HttpRequest request, BodyHandler<T> handler) {
    return client.sendAsync(request, info -> new Limited<>(handler.apply(info)));
  }

  @Override
  public <T> CompletableFuture<HttpResponse<T>> sendAsync(
      HttpRequest request, BodyHandler<T> handler, @Nullable PushPromiseHandler<T> pushed) {
    return sendAsync(request, handler);
  }

  @Override
  public Optional<CookieHandler> cookieHandler() {
    return client.cookieHandler();
  }

  @Override
  public Optional<Duration> connectTimeout() {
    return client.connectTimeout();
  }

  @Override
  public Redirect followRedirects() {
    return client.followRedirects();
  }

  @Override
  public Optional<ProxySelector> proxy() {
    return client.proxy();
  }

  @Override
  public SSLContext sslContext() {
    return client.sslContext();
  }

  @Override
  public SSLParameters sslParameters() {
    return client.sslParameters();
  }

  @Override
  public Optional<Authenticator> authenticator() {
    return client.authenticator();
  }

  @Override
  public Version version() {
    return client.version();
  }

  @Override
  public Optional<Executor> executor() {
    return client.executor();
  }
}
