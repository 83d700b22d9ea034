package io.claviger.e2e.clients;

import io.claviger.e2e.env.E2e;
import java.net.URI;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3BaseClientBuilder;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;

/** A client with the interceptor, as an application holds it. */
interface Caller extends AutoCloseable {
  int MAX_SECONDS = 60;

  void put(PutObjectRequest request, byte[] body);

  ResponseBytes<GetObjectResponse> get(GetObjectRequest request);

  /** Gets a whole object, or a range of it. */
  default ResponseBytes<GetObjectResponse> get(String bucket, String key, String range) {
    return get(GetObjectRequest.builder().bucket(bucket).key(key).range(range).build());
  }

  @Override
  void close();

  /** Waits for an answer; one that never comes is an error, not a suite that hangs. */
  private static <T> T answer(CompletableFuture<T> coming) {
    return coming.orTimeout(MAX_SECONDS, TimeUnit.SECONDS).join();
  }

  /** The kinds of clients. */
  enum Kind {
    APACHE {
      @Override
      Caller open(URI endpoint, Consumer<S3BaseClientBuilder<?, ?>> more) {
        return new Sync(E2e.sealing(endpoint, b -> more.accept(b)));
      }
    },
    URL_CONNECTION {
      @Override
      Caller open(URI endpoint, Consumer<S3BaseClientBuilder<?, ?>> more) {
        SdkHttpClient connections = E2e.urlConnections();
        return new Sync(
            E2e.sealing(
                endpoint,
                b -> {
                  b.httpClient(connections);
                  more.accept(b);
                }));
      }
    },
    NETTY {
      @Override
      Caller open(URI endpoint, Consumer<S3BaseClientBuilder<?, ?>> more) {
        return new Async(E2e.sealingAsync(endpoint, b -> more.accept(b)));
      }
    };

    abstract Caller open(URI endpoint, Consumer<S3BaseClientBuilder<?, ?>> more);
  }

  /** The synchronous client. */
  record Sync(S3Client s3) implements Caller {
    @Override
    public void put(PutObjectRequest request, byte[] body) {
      s3.putObject(request, RequestBody.fromBytes(body));
    }

    @Override
    public ResponseBytes<GetObjectResponse> get(GetObjectRequest request) {
      return s3.getObjectAsBytes(request);
    }

    @Override
    public void close() {
      s3.close();
    }
  }

  /** The asynchronous client. */
  record Async(S3AsyncClient s3) implements Caller {
    @Override
    public void put(PutObjectRequest request, byte[] body) {
      answer(s3.putObject(request, AsyncRequestBody.fromBytes(body)));
    }

    @Override
    public ResponseBytes<GetObjectResponse> get(GetObjectRequest request) {
      return answer(s3.getObject(request, AsyncResponseTransformer.toBytes()));
    }

    @Override
    public void close() {
      s3.close();
    }
  }
}
