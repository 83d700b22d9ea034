package io.claviger.s3.internal.call;

import io.claviger.s3.api.RequestAttributes;
import io.claviger.s3.internal.sdk.SdkInternals;
import io.claviger.s3.internal.sdk.SdkMembers;
import io.claviger.s3.internal.wire.ObjectHeaders;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.AwsExecutionAttribute;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.core.RequestOverrideConfiguration;
import software.amazon.awssdk.core.SdkClient;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.SdkServiceClientConfiguration;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.interceptor.SdkExecutionAttribute;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpConfigurationOption;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.S3ServiceClientConfiguration;
import software.amazon.awssdk.services.s3.endpoints.S3ClientContextParams;
import software.amazon.awssdk.services.s3.endpoints.S3EndpointProvider;
import software.amazon.awssdk.services.s3.model.CopyObjectRequest;
import software.amazon.awssdk.services.s3.model.TaggingDirective;
import software.amazon.awssdk.utils.AttributeMap;

/**
 * The requests that the interceptor makes besides the caller's: by a synchronous client of their
 * own with connections of their own, so that the caller's pool and threads are never waited for.
 *
 * <p>Threads: safe. Blocking: using the client blocks; never on an event loop.
 */
public final class SubRequests {
  /** Bodies that callers read slowly must not keep short requests waiting. */
  private static final AttributeMap MANY =
      AttributeMap.builder().put(SdkHttpConfigurationOption.MAX_CONNECTIONS, 512).build();

  private static final Set<String> TAKEN_OVER =
      Set.of("x-amz-request-payer", "x-amz-expected-bucket-owner");

  private static final Set<String> OF_THE_OBJECT = Set.of("cache-control", "expires", "expect");

  private final ShapeOptions options;
  private final ExecutionInterceptor interceptor;
  private final Map<SdkClient, S3Client> clients = new WeakHashMap<>();
  private @Nullable SdkHttpClient connections;

  /**
   * @param interceptor opens what is asked for without {@link RequestAttributes#OFF}
   */
  public SubRequests(ShapeOptions options, ExecutionInterceptor interceptor) {
    this.options = options;
    this.interceptor = interceptor;
  }

  /**
   * Returns the client for requests besides the one that {@code attributes} belong to, like the
   * caller's in region, endpoint, credentials and settings.
   *
   * @throws IllegalStateException before {@code modifyRequest}: the SDK does not reveal its client
   */
  public S3Client client(ExecutionAttributes attributes) {
    S3Client given = options.connections().client();
    if (given != null) {
      return given;
    }
    SdkClient callers = SdkInternals.client(attributes);
    if (callers == null) {
      throw new IllegalStateException("internal error: the SDK's client is not known yet");
    }
    synchronized (clients) {
      return clients.computeIfAbsent(callers, c -> like(c, attributes));
    }
  }

  private S3Client like(SdkClient callers, ExecutionAttributes attributes) {
    S3ServiceClientConfiguration configuration =
        callers instanceof S3Client sync
            ? sync.serviceClientConfiguration()
            : ((S3AsyncClient) callers).serviceClientConfiguration();
    ClientOverrideConfiguration given = configuration.overrideConfiguration();
    ClientOverrideConfiguration.Builder override =
        SdkInternals.isNative(given) ? ClientOverrideConfiguration.builder() : given.toBuilder();
    override.executionInterceptors(List.of(interceptor, new TlsAdvice()));
    S3ClientBuilder builder =
        S3Client.builder()
            .region(configuration.region())
            .credentialsProvider(configuration.credentialsProvider())
            .overrideConfiguration(override.build())
            .httpClient(connections());
    SdkMembers.sameChecksums(configuration, builder, attributes);
    configuration.endpointOverride().ifPresent(builder::endpointOverride);
    if (configuration.crossRegionAccessEnabled() != null) {
      builder.crossRegionAccessEnabled(configuration.crossRegionAccessEnabled());
    }
    sameEndpoint(builder, configuration, attributes);
    if (!SdkInternals.isNative(given)) {
      builder.authSchemeProvider(configuration.authSchemeProvider());
      configuration.authSchemes().values().forEach(builder::putAuthScheme);
    }
    return builder.build();
  }

  /** What else decides on where requests go, and how their bodies are framed. */
  private static void sameEndpoint(
      S3ClientBuilder builder,
      S3ServiceClientConfiguration configuration,
      ExecutionAttributes attributes) {
    builder.fipsEnabled(attributes.getAttribute(AwsExecutionAttribute.FIPS_ENDPOINT_ENABLED));
    builder.dualstackEnabled(
        attributes.getAttribute(AwsExecutionAttribute.DUALSTACK_ENDPOINT_ENABLED));
    configuration
        .endpointProvider()
        .filter(S3EndpointProvider.class::isInstance)
        .ifPresent(own -> builder.endpointProvider((S3EndpointProvider) own));
    AttributeMap context = SdkInternals.clientSettings(attributes);
    if (context != null) {
      builder.forcePathStyle(context.get(S3ClientContextParams.FORCE_PATH_STYLE));
      builder.accelerate(context.get(S3ClientContextParams.ACCELERATE));
    }
    if (attributes.getAttribute(SdkExecutionAttribute.SERVICE_CONFIG) instanceof S3Configuration s3
        && !s3.chunkedEncodingEnabled()) {
      builder.serviceConfiguration(c -> c.chunkedEncodingEnabled(false));
    }
  }

  private synchronized SdkHttpClient connections() {
    SdkHttpClient current = connections == null ? options.connections().httpClient() : connections;
    if (current == null) {
      try {
        current = SdkInternals.defaultHttpClient(MANY);
      } catch (SdkClientException e) {
        throw SdkClientException.create(
            "Claviger needs a synchronous HTTP client for requests of its own, and the class path has none or several. Give one with the interceptor's option httpClient(..)",
            e);
      }
    }
    connections = current;
    return current;
  }

  /**
   * Takes over a header of the caller's own, which a proxy or a gateway may ask for; not one that
   * means the caller's request: a condition, or what describes its body or the object.
   */
  private static void takeOver(
      AwsRequestOverrideConfiguration.Builder ours, String name, List<String> values) {
    boolean ofTheRequest =
        ObjectHeaders.begins(name, "if-")
            || ObjectHeaders.begins(name, "content-")
            || ObjectHeaders.begins(name, "x-amz-") && !TAKEN_OVER.contains(lower(name))
            || OF_THE_OBJECT.contains(lower(name));
    if (!ofTheRequest) {
      ours.putHeader(name, values);
    }
  }

  private static String lower(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  /**
   * Returns what a sub-request takes over from the caller's: credentials, time-outs, signer,
   * headers for the way to the store.
   */
  public static AwsRequestOverrideConfiguration raw(SdkRequest callers) {
    return override(callers).putExecutionAttribute(RequestAttributes.OFF, true).build();
  }

  /** As {@link #raw}, for a request that creates the object of a copy: with its headers too. */
  public static AwsRequestOverrideConfiguration.Builder creating(CopyObjectRequest copy) {
    AwsRequestOverrideConfiguration.Builder ours = raw(copy).toBuilder();
    boolean newTags = copy.taggingDirective() == TaggingDirective.REPLACE;
    copy.overrideConfiguration()
        .map(RequestOverrideConfiguration::headers)
        .orElse(Map.of())
        .forEach(
            (name, values) -> {
              if (ObjectHeaders.isOfObject(name)
                  && (newTags || !name.equalsIgnoreCase(ObjectHeaders.TAGGING))) {
                ours.putHeader(name, values);
              }
            });
    return ours;
  }

  /**
   * As {@link #raw}, for a request whose answer the interceptor opens; a client that was given for
   * these requests gets the interceptor for this one.
   */
  public AwsRequestOverrideConfiguration opening(SdkRequest callers) {
    AwsRequestOverrideConfiguration.Builder ours =
        override(callers).putExecutionAttribute(RequestAttributes.OFF, false);
    if (options.connections().client() != null) {
      ours.addPlugin(this::withInterceptor);
    }
    return ours.build();
  }

  private void withInterceptor(SdkServiceClientConfiguration.Builder client) {
    ClientOverrideConfiguration current = client.overrideConfiguration();
    if (!current.executionInterceptors().contains(interceptor)) {
      client.overrideConfiguration(
          current.toBuilder().addExecutionInterceptor(interceptor).build());
    }
  }

  private static AwsRequestOverrideConfiguration.Builder override(SdkRequest callers) {
    AwsRequestOverrideConfiguration.Builder ours = AwsRequestOverrideConfiguration.builder();
    callers
        .overrideConfiguration()
        .ifPresent(
            o -> {
              o.apiCallTimeout().ifPresent(ours::apiCallTimeout);
              o.apiCallAttemptTimeout().ifPresent(ours::apiCallAttemptTimeout);
              o.endpointProvider().ifPresent(ours::endpointProvider);
              SdkMembers.sameAuthSchemes(o, ours);
              o.signer().ifPresent(ours::signer);
              o.headers().forEach((n, v) -> takeOver(ours, n, v));
              if (o instanceof AwsRequestOverrideConfiguration aws) {
                aws.credentialsIdentityProvider().ifPresent(ours::credentialsProvider);
              }
            });
    return ours;
  }
}
