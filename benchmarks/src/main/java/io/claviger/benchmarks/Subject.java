package io.claviger.benchmarks;

import io.claviger.jca.ClavigerProvider;
import io.claviger.s3.ClavigerInterceptor;
import java.net.URI;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.crypto.spec.SecretKeySpec;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.encryption.s3.S3EncryptionClient;

/**
 * A client under measurement, with objects of its own.
 *
 * @param name heading of its column and prefix of its keys
 * @param client synchronous, as its makers build it by default
 */
record Subject(String name, S3Client client) implements AutoCloseable {
  /** The plain client, ours, and the Amazon S3 Encryption Client, in this order. */
  static List<Subject> over(URI endpoint, ClavigerProvider provider) {
    ExecutionInterceptor interceptor = ClavigerInterceptor.builder().provider(provider).build();
    return List.of(
        new Subject("plain", sync(endpoint, List.of())),
        new Subject("ours", sync(endpoint, List.of(interceptor))),
        new Subject("s3ec", s3Ec(endpoint)));
  }

  /** Its ranges need the unauthenticated modes, its GETs above 64 MiB the delayed one. */
  private static S3Client s3Ec(URI endpoint) {
    return S3EncryptionClient.builderV4()
        .aesKey(new SecretKeySpec(new byte[32], "AES"))
        .enableDelayedAuthenticationMode(true)
        .enableLegacyUnauthenticatedModes(true)
        .wrappedClient(sync(endpoint, List.of()))
        .wrappedAsyncClient(
            S3AsyncClient.builder()
                .endpointOverride(endpoint)
                .region(Region.US_EAST_1)
                .forcePathStyle(true)
                .credentialsProvider(credentials())
                .httpClientBuilder(
                    NettyNioAsyncHttpClient.builder().tlsTrustManagersProvider(Subject::trustAll))
                .build())
        .build();
  }

  private static S3Client sync(URI endpoint, List<ExecutionInterceptor> interceptors) {
    return S3Client.builder()
        .endpointOverride(endpoint)
        .region(Region.US_EAST_1)
        .forcePathStyle(true)
        .credentialsProvider(credentials())
        .httpClientBuilder(ApacheHttpClient.builder().tlsTrustManagersProvider(Subject::trustAll))
        .overrideConfiguration(c -> c.executionInterceptors(interceptors))
        .build();
  }

  private static StaticCredentialsProvider credentials() {
    return StaticCredentialsProvider.create(AwsBasicCredentials.create("claviger", "claviger-e2e"));
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
    client.close();
  }
}
