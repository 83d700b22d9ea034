package io.claviger.benchmarks;

import java.net.URI;
import java.security.cert.X509Certificate;
import java.time.Duration;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3AsyncClientBuilder;
import software.amazon.awssdk.services.s3.S3BaseClientBuilder;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/**
 * The way to a server: an endpoint, and connections that one client has for itself and keeps while
 * it is built again.
 *
 * @param apache for the synchronous client
 * @param apacheOfOurs for the sub-requests of the interceptor
 * @param netty for the asynchronous client
 */
record Wire(
    URI endpoint, SdkHttpClient apache, SdkHttpClient apacheOfOurs, SdkAsyncHttpClient netty)
    implements AutoCloseable {
  static Wire to(URI endpoint) {
    return new Wire(
        endpoint,
        ApacheHttpClient.builder().tlsTrustManagersProvider(Wire::trustAll).build(),
        ApacheHttpClient.builder().tlsTrustManagersProvider(Wire::trustAll).build(),
        NettyNioAsyncHttpClient.builder()
            .tlsTrustManagersProvider(Wire::trustAll)
            .connectionAcquisitionTimeout(Duration.ofMinutes(1))
            .build());
  }

  void configure(S3ClientBuilder builder) {
    base(builder);
    builder.httpClient(apache);
  }

  void configure(S3AsyncClientBuilder builder) {
    base(builder);
    builder.httpClient(netty);
  }

  private <B extends S3BaseClientBuilder<B, ?> & AwsClientBuilder<B, ?>> void base(B builder) {
    builder
        .endpointOverride(endpoint)
        .region(Region.US_EAST_1)
        .credentialsProvider(
            StaticCredentialsProvider.create(
                AwsBasicCredentials.create("claviger", "claviger-e2e")))
        .forcePathStyle(true);
  }

  /** The server signs its own certificate. */
  private static TrustManager[] trustAll() {
    return new TrustManager[] {
      new X509TrustManager() {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
          return new X509Certificate[0];
        }
      }
    };
  }

  @Override
  public void close() {
    apache.close();
    apacheOfOurs.close();
    netty.close();
  }
}
