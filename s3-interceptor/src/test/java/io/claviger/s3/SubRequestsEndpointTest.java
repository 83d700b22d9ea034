package io.claviger.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.endpoints.Endpoint;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.http.auth.spi.scheme.AuthSchemeOption;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/**
 * What the caller's client says of endpoints and signatures holds for the interceptor's requests.
 */
class SubRequestsEndpointTest {
  /** Connections to nowhere: keeps requests, and has no object. */
  private static final class Nowhere implements SdkHttpClient {
    final List<SdkHttpRequest> requests = Collections.synchronizedList(new ArrayList<>());

    @Override
    public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
      requests.add(request.httpRequest());
      return new ExecutableHttpRequest() {
        @Override
        public HttpExecuteResponse call() {
          return HttpExecuteResponse.builder()
              .response(SdkHttpResponse.builder().statusCode(404).build())
              .build();
        }

        @Override
        public void abort() {}
      };
    }

    @Override
    public void close() {}
  }

  /** Settings that change where requests go. */
  enum Setting {
    FIPS(b -> b.fipsEnabled(true)),
    DUALSTACK(b -> b.dualstackEnabled(true)),
    BOTH(b -> b.fipsEnabled(true).dualstackEnabled(true)),
    PATH_STYLE(b -> b.forcePathStyle(true)),
    ENDPOINT_PROVIDER(
        b ->
            b.endpointProvider(
                p ->
                    CompletableFuture.completedFuture(
                        Endpoint.builder()
                            .url(URI.create("https://gate.example/" + p.bucket()))
                            .build())));

    private final Consumer<S3ClientBuilder> setting;

    Setting(Consumer<S3ClientBuilder> setting) {
      this.setting = setting;
    }
  }

  /** Returns the first requests of a plain client and of the interceptor: HEADs of one object. */
  private static List<SdkHttpRequest> heads(Consumer<S3ClientBuilder> setting) {
    Nowhere ours = new Nowhere();
    Nowhere plains = new Nowhere();
    S3ClientBuilder plain = client(plains);
    setting.accept(plain);
    try (S3Client s3 = plain.build()) {
      catchThrowable(() -> s3.headObject(b -> b.bucket("bucket").key("from")));
    }
    S3ClientBuilder sealing = client(new Nowhere());
    sealing.overrideConfiguration(
        c -> c.addExecutionInterceptor(TestKeys.interceptor().httpClient(ours).build()));
    setting.accept(sealing);
    try (S3Client s3 = sealing.build()) {
      Throwable failed =
          catchThrowable(
              () ->
                  s3.copyObject(
                      b ->
                          b.sourceBucket("bucket")
                              .sourceKey("from")
                              .destinationBucket("bucket")
                              .destinationKey("to")));
      assertThat(ours.requests).as("%s", failed).isNotEmpty();
    }
    return List.of(plains.requests.get(0), ours.requests.get(0));
  }

  private static S3ClientBuilder client(SdkHttpClient connections) {
    return S3Client.builder()
        .region(Region.US_EAST_1)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
        .httpClient(connections);
  }

  @ParameterizedTest
  @EnumSource
  void theyGoWhereTheCallersGo(Setting setting) {
    List<SdkHttpRequest> heads = heads(setting.setting);
    assertThat(heads.get(1).getUri()).isEqualTo(heads.get(0).getUri());
    assertThat(heads.get(1).getUri())
        .as("the setting matters")
        .isNotEqualTo(heads(b -> {}).get(0).getUri());
  }

  @Test
  void theyAreSignedAsTheCallersAre() {
    List<SdkHttpRequest> heads =
        heads(
            b ->
                b.authSchemeProvider(
                    p ->
                        List.of(AuthSchemeOption.builder().schemeId("smithy.api#noAuth").build())));
    for (SdkHttpRequest head : heads) {
      assertThat(head.firstMatchingHeader("Authorization")).isEmpty();
    }
    Map<String, List<String>> signed = heads(b -> {}).get(1).headers();
    assertThat(signed).containsKey("Authorization");
  }
}
