package io.claviger.backend.awskms;

import io.claviger.config.AwsCredentials.AccessKey;
import io.claviger.config.AwsCredentials.Profile;
import io.claviger.config.AwsCredentials.Provider;
import io.claviger.config.AwsKmsConfig;
import io.claviger.kms.BackendSettings;
import io.claviger.kms.ConfigurationException;
import io.claviger.kms.SecretBytes;
import java.lang.reflect.InvocationTargetException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Iterator;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpConfigurationOption;
import software.amazon.awssdk.http.SdkHttpService;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.KmsClientBuilder;
import software.amazon.awssdk.utils.AttributeMap;

/**
 * Makes the backend's client: credentials, region, endpoint, time-outs and repetition of its own.
 */
final class AwsClients {
  /** The calls that the service lets be in flight. */
  private static final int CONNECTIONS = 64;

  private static final Duration LONGEST_CONNECT = Duration.ofSeconds(10);

  private AwsClients() {}

  /**
   * Returns the calls over a new client.
   *
   * @param settings among them the longest time of one call, with the repetitions after throttling
   */
  static AwsCalls open(AwsKmsConfig config, BackendSettings settings) {
    Duration timeout = settings.timeout();
    Region region = region(config);
    Throttling throttling = new Throttling();
    KmsClientBuilder builder =
        KmsClient.builder()
            .region(region)
            .credentialsProvider(credentials(config))
            .httpClient(http(timeout))
            .overrideConfiguration(
                o -> o.apiCallTimeout(timeout).retryStrategy(throttling.strategy()));
    if (config.endpointUrl() != null) {
      builder.endpointOverride(config.endpointUrl());
    }
    KmsClient client = builder.build();
    if (!settings.allowInsecureDevDefaults()) {
      requireTls(client);
    }
    return new AwsCalls(WithoutOwnHooks.of(client), region.id(), throttling);
  }

  /** The SDK also takes an endpoint from the environment, which is often meant for a store. */
  private static void requireTls(KmsClient client) {
    URI endpoint = client.serviceClientConfiguration().endpointOverride().orElse(null);
    if (endpoint != null && !"https".equalsIgnoreCase(endpoint.getScheme())) {
      client.close();
      throw ConfigurationException.ofField(
          "endpoint_url",
          "is not set, and the AWS SDK takes %s://%s from AWS_ENDPOINT_URL or a profile of this process: data keys would travel in the clear. Set endpoint_url to the https address of AWS KMS, or AWS_ENDPOINT_URL_KMS."
              .formatted(endpoint.getScheme(), endpoint.getHost()),
          null);
    }
  }

  private static Region region(AwsKmsConfig config) {
    if (config.region() != null) {
      return Region.of(config.region());
    }
    try {
      return DefaultAwsRegionProviderChain.builder().build().getRegion();
    } catch (SdkException e) {
      throw ConfigurationException.ofField(
          "region", "is missing, and the AWS SDK finds none for this process. Set it.", e);
    }
  }

  private static AwsCredentialsProvider credentials(AwsKmsConfig config) {
    var who = config.credentials();
    if (who instanceof Profile profile) {
      return ProfileCredentialsProvider.create(profile.name());
    } else if (who instanceof Provider provider) {
      return load(provider.className());
    } else if (who instanceof AccessKey key) {
      String secret = text(key.secretAccessKey());
      SecretBytes token = key.sessionToken();
      return StaticCredentialsProvider.create(
          token == null
              ? AwsBasicCredentials.create(key.accessKeyId(), secret)
              : AwsSessionCredentials.create(key.accessKeyId(), secret, text(token)));
    }
    return DefaultCredentialsProvider.builder().build();
  }

  private static String text(SecretBytes secret) {
    return new String(secret.toByteArray(), StandardCharsets.UTF_8);
  }

  private static AwsCredentialsProvider load(String className) {
    try {
      Class<?> type = Class.forName(className, true, loader());
      return (AwsCredentialsProvider) instance(type);
    } catch (ReflectiveOperationException | ClassCastException | LinkageError e) {
      throw ConfigurationException.ofField(
          "aws_credentials_provider",
          "is \"%s\", of which no AwsCredentialsProvider can be made (%s). Name a public class with create() or a constructor, both without arguments."
              .formatted(className, e.getClass().getSimpleName()),
          e instanceof InvocationTargetException made ? made.getCause() : e);
    }
  }

  private static Object instance(Class<?> type) throws ReflectiveOperationException {
    try {
      return type.getMethod("create").invoke(null);
    } catch (NoSuchMethodException e) {
      return type.getConstructor().newInstance();
    }
  }

  private static ClassLoader loader() {
    @Nullable ClassLoader ofThread = Thread.currentThread().getContextClassLoader();
    return ofThread == null ? AwsClients.class.getClassLoader() : ofThread;
  }

  /** Any HTTP client of the SDK will do: where several are there, the SDK itself would refuse. */
  private static SdkHttpClient http(Duration timeout) {
    Iterator<SdkHttpService> found =
        ServiceLoader.load(SdkHttpService.class, SdkHttpService.class.getClassLoader()).iterator();
    if (!found.hasNext()) {
      throw ConfigurationException.ofField(
          "backend_type",
          "is %s, which needs an HTTP client of the AWS SDK, and none is on the class path. Add software.amazon.awssdk:apache5-client."
              .formatted(AwsKmsConfig.TYPE),
          null);
    }
    Duration connect = timeout.compareTo(LONGEST_CONNECT) < 0 ? timeout : LONGEST_CONNECT;
    return found
        .next()
        .createHttpClientBuilder()
        .buildWithDefaults(
            AttributeMap.builder()
                .put(SdkHttpConfigurationOption.MAX_CONNECTIONS, CONNECTIONS)
                .put(SdkHttpConfigurationOption.CONNECTION_TIMEOUT, connect)
                .put(SdkHttpConfigurationOption.READ_TIMEOUT, timeout)
                .build());
  }
}
