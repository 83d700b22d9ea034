package io.claviger.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.retries.StandardRetryStrategy;
import software.amazon.awssdk.retries.api.BackoffStrategy;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** The same reads by a synchronous or an asynchronous client, with the same failures. */
interface Reads extends AutoCloseable {
  /** Asks for a range of an object of bucket b. */
  static GetObjectRequest range(String key, String range) {
    return GetObjectRequest.builder().bucket("b").key(key).range(range).build();
  }

  /** Asks for a part of an object of bucket b. */
  static GetObjectRequest part(String key, int number) {
    return GetObjectRequest.builder().bucket("b").key(key).partNumber(number).build();
  }

  /** Which client. */
  enum Kind {
    SYNC,
    ASYNC,
    /** Asynchronous, and no attempt is ever repeated. */
    ASYNC_ONCE;

    /**
     * Repeats after a fixed while, not at once: the SDK uses one handler for all attempts, and a
     * next one may meet what the last connection still says to it.
     */
    Reads over(URI endpoint, SdkHttpClient connections, ExecutionInterceptor... interceptors) {
      StandardRetryStrategy again =
          DefaultRetryStrategy.standardStrategyBuilder()
              .backoffStrategy(BackoffStrategy.fixedDelayWithoutJitter(Duration.ofMillis(50)))
              .build();
      if (this == SYNC) {
        return sync(
            Clients.with(
                endpoint,
                b -> {
                  b.httpClient(connections);
                  b.overrideConfiguration(
                      b.overrideConfiguration().toBuilder().retryStrategy(again).build());
                },
                interceptors));
      }
      return async(
          Clients.async(
              endpoint,
              b ->
                  b.httpClient(Clients.netty())
                      .overrideConfiguration(
                          b.overrideConfiguration().toBuilder()
                              .retryStrategy(
                                  this == ASYNC ? again : DefaultRetryStrategy.doNotRetry())
                              .build()),
              interceptors));
    }
  }

  /** Reads an object, or a range or part of it. */
  ResponseBytes<GetObjectResponse> get(GetObjectRequest request);

  /** Asks for its description. */
  HeadObjectResponse head(HeadObjectRequest request);

  /** Lists objects. */
  ListObjectsV2Response list(ListObjectsV2Request request);

  @Override
  void close();

  /** By this client, which is closed with it. */
  static Reads sync(S3Client s3) {
    return new Reads() {
      @Override
      public ResponseBytes<GetObjectResponse> get(GetObjectRequest request) {
        return s3.getObjectAsBytes(request);
      }

      @Override
      public HeadObjectResponse head(HeadObjectRequest request) {
        return s3.headObject(request);
      }

      @Override
      public ListObjectsV2Response list(ListObjectsV2Request request) {
        return s3.listObjectsV2(request);
      }

      @Override
      public void close() {
        s3.close();
      }
    };
  }

  /** By this client, which is closed with it. */
  static Reads async(S3AsyncClient s3) {
    return new Reads() {
      @Override
      public ResponseBytes<GetObjectResponse> get(GetObjectRequest request) {
        return joined(() -> s3.getObject(request, AsyncResponseTransformer.toBytes()).join());
      }

      @Override
      public HeadObjectResponse head(HeadObjectRequest request) {
        return joined(() -> s3.headObject(request).join());
      }

      @Override
      public ListObjectsV2Response list(ListObjectsV2Request request) {
        return joined(() -> s3.listObjectsV2(request).join());
      }

      @Override
      public void close() {
        s3.close();
      }
    };
  }

  /** Asserts that a client with the interceptor answers as one without it answers of plaintext. */
  static void areSame(
      Reads reads, Reads plain, GetObjectRequest request, GetObjectRequest ofPlain) {
    ResponseBytes<GetObjectResponse> expected;
    try {
      expected = plain.get(ofPlain);
    } catch (S3Exception e) {
      S3Exception found = catchThrowableOfType(S3Exception.class, () -> reads.get(request));
      assertThat(found).as(request.toString()).isNotNull();
      assertThat(found.statusCode()).as(request.toString()).isEqualTo(e.statusCode());
      assertThat(found.awsErrorDetails().errorCode()).isEqualTo(e.awsErrorDetails().errorCode());
      assertThat(found.awsErrorDetails().sdkHttpResponse().firstMatchingHeader("Content-Range"))
          .isEqualTo(e.awsErrorDetails().sdkHttpResponse().firstMatchingHeader("Content-Range"));
      return;
    }
    ResponseBytes<GetObjectResponse> found = reads.get(request);
    assertThat(found.asByteArray()).as(request.toString()).isEqualTo(expected.asByteArray());
    assertThat(found.response().contentRange()).isEqualTo(expected.response().contentRange());
    assertThat(found.response().contentLength()).isEqualTo(expected.response().contentLength());
  }

  private static <T> T joined(Supplier<T> call) {
    try {
      return call.get();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }
}
