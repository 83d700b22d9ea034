package io.claviger.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.net.URI;
import java.security.GeneralSecurityException;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpConfigurationOption;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.utils.AttributeMap;

/**
 * A store with a certificate of its own making, which the caller's HTTP client trusts: requests of
 * the interceptor's own know nothing of that, and their failure says which option to set.
 */
class TlsAdviceTest {
  private static final URI ENDPOINT = MockStore.secureEndpoint();

  private final String bucket = MockStore.bucket();
  private final SdkHttpClient suspicious = ApacheHttpClient.create();
  private final SdkHttpClient trusting = Clients.apache();

  @AfterEach
  void close() {
    suspicious.close();
    trusting.close();
  }

  private static void isExplained(Throwable failure) {
    assertThat(failure)
        .isInstanceOf(SdkClientException.class)
        .hasMessageContaining("TLS failed")
        .hasMessageContaining("httpClient(..)")
        .hasRootCauseInstanceOf(GeneralSecurityException.class);
  }

  @Test
  void theOptionIsNamed() {
    try (S3Client s3 =
        Clients.with(ENDPOINT, TestKeys.interceptor().httpClient(suspicious).build())) {
      s3.putObject(b -> b.bucket(bucket).key("k"), RequestBody.fromString("plain"));
      assertThat(s3.getObjectAsBytes(b -> b.bucket(bucket).key("k")).asUtf8String())
          .as("needs none of our requests")
          .isEqualTo("plain");
      isExplained(catchThrowable(() -> s3.getObject(b -> b.bucket(bucket).key("k").partNumber(2))));
      isExplained(
          catchThrowable(
              () ->
                  s3.copyObject(
                      b ->
                          b.sourceBucket(bucket)
                              .sourceKey("k")
                              .destinationBucket(bucket)
                              .destinationKey("copy"))));
    }
  }

  @Test
  void asynchronousClientsSayItToo() {
    SdkAsyncHttpClient netty =
        NettyNioAsyncHttpClient.builder()
            .buildWithDefaults(
                AttributeMap.builder()
                    .put(SdkHttpConfigurationOption.TRUST_ALL_CERTIFICATES, true)
                    .build());
    try (netty;
        S3AsyncClient s3 =
            Clients.async(
                ENDPOINT,
                b -> b.httpClient(netty),
                TestKeys.interceptor().httpClient(suspicious).build())) {
      Throwable failure =
          catchThrowable(() -> s3.headObject(b -> b.bucket(bucket).key("k")).join());
      isExplained(failure instanceof CompletionException e ? e.getCause() : failure);
    }
  }

  @Test
  void withTheOptionItWorks() {
    try (S3Client s3 =
        Clients.with(ENDPOINT, TestKeys.interceptor().httpClient(trusting).build())) {
      s3.putObject(b -> b.bucket(bucket).key("k"), RequestBody.fromString("plain"));
      s3.copyObject(
          b ->
              b.sourceBucket(bucket)
                  .sourceKey("k")
                  .destinationBucket(bucket)
                  .destinationKey("copy"));
      assertThat(s3.getObjectAsBytes(b -> b.bucket(bucket).key("copy")).asUtf8String())
          .isEqualTo("plain");
    }
  }
}
