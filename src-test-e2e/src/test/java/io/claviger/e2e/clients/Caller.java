package io.claviger.e2e.clients;

import io.claviger.e2e.env.E2e;
import java.net.URI;
import java.util.function.Consumer;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.services.s3.S3BaseClientBuilder;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;

/** A client with the interceptor, as an application holds it. */
interface Caller extends AutoCloseable {
  void put(PutObjectRequest request, byte[] body);

  ResponseBytes<GetObjectResponse> get(GetObjectRequest request);

  /** Gets a whole object, or a range of it. */
  default ResponseBytes<GetObjectResponse> get(String bucket, String key, String range) {
    return get(GetObjectRequest.builder().bucket(bucket).key(key).range(range).build());
  }

  @Override
  void close();

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
}
