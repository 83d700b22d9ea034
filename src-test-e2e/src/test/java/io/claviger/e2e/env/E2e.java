package io.claviger.e2e.env;

import io.claviger.backend.memory.MemoryBackend;
import io.claviger.config.AwsCredentials;
import io.claviger.config.AwsKmsConfig;
import io.claviger.config.KmsConfig;
import io.claviger.encryption.S3EncryptionClientKeys;
import io.claviger.jca.ClavigerProvider;
import io.claviger.s3.ClavigerInterceptor;
import io.claviger.s3.ClavigerInterceptorBuilder;
import io.claviger.s3.api.ChangedMetadata;
import io.claviger.service.KmsServiceManager;
import java.net.URI;
import java.util.List;
import java.util.function.Consumer;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.SdkEventLoopGroup;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3AsyncClientBuilder;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.S3CrtAsyncClientBuilder;

/** Keys and clients of the suites, through the public API only. */
public final class E2e {
  private static final String KEY = "e2e";
  private static final StaticCredentialsProvider CREDENTIALS =
      StaticCredentialsProvider.create(AwsBasicCredentials.create("claviger", "claviger-e2e"));

  /** For the requests of the interceptor's own, which know nothing of the caller's trust store. */
  private static final SdkHttpClient TRUSTING = trusting();

  /** Shared, since closing one waits for two seconds. */
  private static final SdkEventLoopGroup EVENT_LOOPS =
      SdkEventLoopGroup.builder().numberOfThreads(4).build();

  private static final ClavigerProvider PROVIDER = provider();

  private E2e() {}

  /** Keys in memory, or with {@code -De2e.keys=aws-kms} in LocalStack's KMS. */
  private static ClavigerProvider provider() {
    KmsServiceManager kms =
        "aws-kms".equals(System.getProperty("e2e.keys"))
            ? inAwsKms()
            : KmsServiceManager.running(MemoryBackend.create(), KEY);
    kms.manager().ensureKey(KEY);
    return new ClavigerProvider(kms);
  }

  private static KmsServiceManager inAwsKms() {
    KmsServiceManager kms = new KmsServiceManager();
    kms.configure(
        KmsConfig.builder(
                AwsKmsConfig.of("us-east-1")
                    .withEndpointUrl(LocalStackServer.http())
                    .withCredentials(AwsCredentials.AccessKey.of("claviger", "claviger-e2e")))
            .allowInsecureDevDefaults(true)
            .defaultKeyId(KEY)
            .build());
    kms.start();
    return kms;
  }

  /** Returns a client as applications make it, without the interceptor. */
  public static S3Client plain(URI endpoint, ExecutionInterceptor... below) {
    return builder(endpoint)
        .overrideConfiguration(c -> List.of(below).forEach(c::addExecutionInterceptor))
        .build();
  }

  /** Returns a client over connections of the caller's. */
  public static S3Client over(
      SdkHttpClient connections, URI endpoint, ExecutionInterceptor... interceptors) {
    return builder(endpoint)
        .httpClient(connections)
        .overrideConfiguration(c -> List.of(interceptors).forEach(c::addExecutionInterceptor))
        .build();
  }

  /** Makes a bucket in every store that the server's endpoints lead to. */
  public static void bucket(S3Server server, String name) {
    for (URI endpoint : server.stores()) {
      try (S3Client plain = plain(endpoint)) {
        plain.createBucket(b -> b.bucket(name));
      }
    }
  }

  private static ClavigerInterceptor interceptor() {
    return interceptor(TRUSTING);
  }

  /** Returns a builder of the suites' interceptor that also reads what others wrote. */
  public static ClavigerInterceptorBuilder builder(S3EncryptionClientKeys keys) {
    return builder().s3EncryptionClient(keys);
  }

  /** Returns a builder of the suites' interceptor, for those that need an option more. */
  public static ClavigerInterceptorBuilder builder() {
    return ClavigerInterceptor.builder().provider(PROVIDER).httpClient(TRUSTING);
  }

  /**
   * Every suite reads with metadata REFUSE: a false alarm on any server fails it.
   *
   * @param own makes the interceptor's own requests
   */
  public static ClavigerInterceptor interceptor(SdkHttpClient own) {
    return ClavigerInterceptor.builder()
        .provider(PROVIDER)
        .httpClient(own)
        .metadata(ChangedMetadata.REFUSE)
        .build();
  }

  /**
   * Returns the same client with the interceptor, and after it those that see stored bytes.
   *
   * @throws IllegalStateException when {@code more} replaced the interceptor
   */
  public static S3Client sealing(
      URI endpoint, Consumer<S3ClientBuilder> more, ExecutionInterceptor... below) {
    S3ClientBuilder builder = builder(endpoint);
    ClavigerInterceptor interceptor = interceptor();
    builder.overrideConfiguration(
        c -> {
          c.addExecutionInterceptor(interceptor);
          List.of(below).forEach(c::addExecutionInterceptor);
        });
    more.accept(builder);
    if (!builder.overrideConfiguration().executionInterceptors().contains(interceptor)) {
      throw new IllegalStateException("the client was made without the interceptor");
    }
    return builder.build();
  }

  /** Returns an asynchronous client without ours; the interceptors are those given. */
  public static S3AsyncClient plainAsync(URI endpoint, ExecutionInterceptor... interceptors) {
    return asyncBuilder(endpoint)
        .overrideConfiguration(c -> c.executionInterceptors(List.of(interceptors)))
        .build();
  }

  /** Returns an asynchronous client without ours, changed by {@code more}. */
  public static S3AsyncClient plainAsync(URI endpoint, Consumer<S3AsyncClientBuilder> more) {
    S3AsyncClientBuilder builder = asyncBuilder(endpoint);
    more.accept(builder);
    return builder.build();
  }

  /**
   * Returns an asynchronous client with the interceptor.
   *
   * @throws IllegalStateException when {@code more} replaced the interceptor
   */
  public static S3AsyncClient sealingAsync(URI endpoint, Consumer<S3AsyncClientBuilder> more) {
    S3AsyncClientBuilder builder = asyncBuilder(endpoint);
    ClavigerInterceptor interceptor = interceptor();
    builder.overrideConfiguration(c -> c.addExecutionInterceptor(interceptor));
    more.accept(builder);
    if (!builder.overrideConfiguration().executionInterceptors().contains(interceptor)) {
      throw new IllegalStateException("the client was made without the interceptor");
    }
    return builder.build();
  }

  /** Returns a client over the CRT with the interceptor, which comes to it by the class path. */
  public static S3AsyncClient sealingCrt(URI endpoint, Consumer<S3CrtAsyncClientBuilder> more) {
    return sealingCrt(endpoint, interceptor(), more);
  }

  /** Returns a client over the CRT with this interceptor. */
  public static S3AsyncClient sealingCrt(
      URI endpoint, ClavigerInterceptor interceptor, Consumer<S3CrtAsyncClientBuilder> more) {
    S3CrtAsyncClientBuilder builder = crtBuilder(endpoint);
    more.accept(builder);
    return ForCrtClients.sealing(interceptor, builder::build);
  }

  /** Returns a client over the CRT without ours. */
  public static S3AsyncClient plainCrt(URI endpoint) {
    return crtBuilder(endpoint).build();
  }

  private static S3CrtAsyncClientBuilder crtBuilder(URI endpoint) {
    return S3AsyncClient.crtBuilder()
        .endpointOverride(endpoint)
        .region(Region.US_EAST_1)
        .forcePathStyle(true)
        .credentialsProvider(CREDENTIALS)
        .httpConfiguration(c -> c.trustAllCertificatesEnabled(true));
  }

  private static S3AsyncClientBuilder asyncBuilder(URI endpoint) {
    return S3AsyncClient.builder()
        .endpointOverride(endpoint)
        .region(Region.US_EAST_1)
        .forcePathStyle(true)
        .credentialsProvider(CREDENTIALS)
        .httpClientBuilder(
            NettyNioAsyncHttpClient.builder()
                .eventLoopGroup(EVENT_LOOPS)
                .tlsTrustManagersProvider(SelfSigned::trustAll));
  }

  private static S3ClientBuilder builder(URI endpoint) {
    return S3Client.builder()
        .endpointOverride(endpoint)
        .region(Region.US_EAST_1)
        .forcePathStyle(true)
        .credentialsProvider(CREDENTIALS)
        .httpClient(trusting());
  }

  /** Returns the JDK's own connections, for clients that take no other. */
  public static SdkHttpClient urlConnections() {
    return UrlConnectionHttpClient.builder().tlsTrustManagersProvider(SelfSigned::trustAll).build();
  }

  /** Returns connections of Apache's client; the caller closes them. */
  public static SdkHttpClient trusting() {
    return ApacheHttpClient.builder().tlsTrustManagersProvider(SelfSigned::trustAll).build();
  }
}
