package io.claviger.s3;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.s3.api.ClavigerS3Exception;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.core.SdkClient;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.async.AsyncExecuteRequest;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.DelegatingS3AsyncClient;
import software.amazon.awssdk.services.s3.DelegatingS3Client;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Request;

/** {@link ClavigerDropIn#requireOn} through every kind of client; nothing is sent anywhere. */
class SealingClientsTest {
  private static final ClavigerInterceptor OURS = TestKeys.interceptor().build();

  private static final SdkHttpClient NO_NETWORK =
      new SdkHttpClient() {
        @Override
        public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
          throw new AssertionError("nothing is to be sent");
        }

        @Override
        public void close() {}
      };

  private static final SdkAsyncHttpClient NO_ASYNC_NETWORK =
      new SdkAsyncHttpClient() {
        @Override
        public CompletableFuture<Void> execute(AsyncExecuteRequest request) {
          throw new AssertionError("nothing is to be sent");
        }

        @Override
        public void close() {}
      };

  private static ClientOverrideConfiguration with(ExecutionInterceptor... interceptors) {
    return ClientOverrideConfiguration.builder()
        .executionInterceptors(List.of(interceptors))
        .build();
  }

  private static S3Client sync(boolean crossRegion, ExecutionInterceptor... interceptors) {
    return S3Client.builder()
        .region(Region.US_EAST_1)
        .credentialsProvider(AnonymousCredentialsProvider.create())
        .httpClient(NO_NETWORK)
        .crossRegionAccessEnabled(crossRegion)
        .overrideConfiguration(with(interceptors))
        .build();
  }

  private static S3AsyncClient async(
      boolean multipart, boolean crossRegion, ExecutionInterceptor... interceptors) {
    return S3AsyncClient.builder()
        .region(Region.US_EAST_1)
        .credentialsProvider(AnonymousCredentialsProvider.create())
        .httpClient(NO_ASYNC_NETWORK)
        .multipartEnabled(multipart)
        .crossRegionAccessEnabled(crossRegion)
        .overrideConfiguration(with(interceptors))
        .build();
  }

  private static void assertSeals(SdkClient client) {
    try (client) {
      assertThatCode(() -> ClavigerDropIn.requireOn(client)).doesNotThrowAnyException();
    }
  }

  private static void assertRefused(SdkClient client, String... words) {
    try (client) {
      assertThatThrownBy(() -> ClavigerDropIn.requireOn(client))
          .isInstanceOf(ClavigerS3Exception.class)
          .hasMessageContaining("does not seal")
          .hasMessageContainingAll(words);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void clientsOfTheSdk(boolean crossRegion) {
    assertSeals(sync(crossRegion, OURS));
    assertSeals(async(false, crossRegion, OURS));
    assertSeals(async(true, crossRegion, OURS));
    assertRefused(sync(crossRegion), "no interceptor", "beside the SDK");
    assertRefused(async(false, crossRegion), "no interceptor");
    assertRefused(async(true, crossRegion, new ExecutionInterceptor() {}), "no interceptor");
  }

  /** What frameworks do that measure or trace each call. */
  static final class Measuring extends DelegatingS3Client {
    Measuring(S3Client delegate) {
      super(delegate);
    }

    @Override
    protected <T extends S3Request, R> R invokeOperation(T request, Function<T, R> operation) {
      return super.invokeOperation(request, operation);
    }
  }

  /** The same for asynchronous clients, with a life of its own. */
  static final class MeasuringAsync extends DelegatingS3AsyncClient {
    MeasuringAsync(S3AsyncClient delegate) {
      super(delegate);
    }

    @Override
    protected <T extends S3Request, R> CompletableFuture<R> invokeOperation(
        T request, Function<T, CompletableFuture<R>> operation) {
      return super.invokeOperation(request, operation);
    }

    @Override
    public void close() {
      super.close();
    }
  }

  /** May send a body past the client that it wraps. */
  static class Rerouting extends DelegatingS3Client {
    private final S3Client other;

    Rerouting(S3Client delegate, S3Client other) {
      super(delegate);
      this.other = other;
    }

    @Override
    public PutObjectResponse putObject(PutObjectRequest request, RequestBody body) {
      return other.putObject(request, body);
    }
  }

  /** Inherits it. */
  static final class ReroutingToo extends Rerouting {
    ReroutingToo(S3Client delegate) {
      super(delegate, delegate);
    }
  }

  @Test
  void wrappersThatPassEveryOperationOn() {
    assertSeals(new Measuring(sync(true, OURS)));
    assertSeals(new Measuring(new Measuring(sync(false, OURS))));
    assertSeals(new MeasuringAsync(async(true, true, OURS)));
    assertRefused(new Measuring(sync(false)), "Measuring", "no interceptor");
    assertRefused(new MeasuringAsync(async(true, false)), "no interceptor");
  }

  @Test
  void wrappersThatMayGoElsewhere() {
    assertRefused(new Rerouting(sync(false, OURS), sync(false)), "unknown", "Rerouting");
    assertRefused(new ReroutingToo(sync(false, OURS)), "unknown", "that it wraps");
    S3Client target = sync(false, OURS);
    S3Client proxy =
        (S3Client)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {S3Client.class},
                (self, method, arguments) -> method.invoke(target, arguments));
    assertRefused(proxy, "unknown");
    assertRefused(new Measuring(proxy), "unknown");
  }
}
