package io.claviger.s3;

import java.net.URI;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.function.Consumer;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3AsyncClientBuilder;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/** S3 clients as applications make them. */
final class Clients {
  /** Many calls at once may wait long for a connection, and for an answer, of a busy machine. */
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  /** One for all tests of this JVM: closing one takes two seconds. */
  private static final SdkAsyncHttpClient NETTY =
      NettyNioAsyncHttpClient.builder()
          .connectionAcquisitionTimeout(PATIENCE)
          .connectionTimeout(PATIENCE)
          .readTimeout(PATIENCE)
          .build();

  private Clients() {}

  /** The connections that all asynchronous clients of this JVM may share. */
  static SdkAsyncHttpClient netty() {
    return NETTY;
  }

  static SdkHttpClient apache() {
    return ApacheHttpClient.builder()
        .tlsTrustManagersProvider(Clients::trustAll)
        .connectionAcquisitionTimeout(PATIENCE)
        .connectionTimeout(PATIENCE)
        .socketTimeout(PATIENCE)
        .build();
  }

  static SdkHttpClient urlConnection() {
    return UrlConnectionHttpClient.builder()
        .tlsTrustManagersProvider(Clients::trustAll)
        .connectionTimeout(PATIENCE)
        .socketTimeout(PATIENCE)
        .build();
  }

  /** A client without interceptors: what is stored. */
  static S3Client plain(URI endpoint) {
    return builder(endpoint, apache()).build();
  }

  static S3Client with(URI endpoint, ExecutionInterceptor... interceptors) {
    return with(endpoint, b -> {}, interceptors);
  }

  static S3Client with(
      URI endpoint, Consumer<S3ClientBuilder> more, ExecutionInterceptor... interceptors) {
    S3ClientBuilder builder = builder(endpoint, apache());
    builder.overrideConfiguration(
        c -> {
          for (ExecutionInterceptor interceptor : interceptors) {
            c.addExecutionInterceptor(interceptor);
          }
        });
    more.accept(builder);
    return builder.build();
  }

  static S3ClientBuilder builder(URI endpoint, SdkHttpClient http) {
    return S3Client.builder()
        .endpointOverride(endpoint)
        .region(Region.US_EAST_1)
        .forcePathStyle(true)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
        .httpClient(http);
  }

  static S3AsyncClient async(URI endpoint, ExecutionInterceptor... interceptors) {
    return async(endpoint, b -> b.httpClient(NETTY), interceptors);
  }

  static S3AsyncClient async(
      URI endpoint, Consumer<S3AsyncClientBuilder> more, ExecutionInterceptor... interceptors) {
    S3AsyncClientBuilder builder =
        S3AsyncClient.builder()
            .endpointOverride(endpoint)
            .region(Region.US_EAST_1)
            .forcePathStyle(true)
            .credentialsProvider(
                StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
            .overrideConfiguration(
                c -> {
                  for (ExecutionInterceptor interceptor : interceptors) {
                    c.addExecutionInterceptor(interceptor);
                  }
                });
    more.accept(builder);
    return builder.build();
  }

  private static TrustManager[] trustAll() {
    return new TrustManager[] {
      new X509TrustManager() {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
          return new X509Certificate[0];
        }
      }
    };
  }
}
