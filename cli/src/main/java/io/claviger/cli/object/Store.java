package io.claviger.cli.object;

import io.claviger.cli.shell.CommandException;
import io.claviger.cli.shell.ExitCode;
import io.claviger.cli.shell.KeyService;
import io.claviger.cli.shell.Shell;
import io.claviger.jca.ClavigerProvider;
import io.claviger.s3.ClavigerDropIn;
import io.claviger.s3.ClavigerInterceptor;
import io.claviger.s3.ClavigerInterceptorBuilder;
import io.claviger.s3.rules.KeyChoice;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpFullRequest;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.urlconnection.ProxyConfiguration;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/**
 * A client of the store, and what closes with it. Options of the interceptor are those of the
 * drop-in, from the same places.
 */
public final class Store implements AutoCloseable {
  private final SdkHttpClient connections;
  private final @Nullable KeyService keys;
  private final @Nullable ClavigerInterceptor interceptor;
  private final S3Client client;

  private Store(
      SdkHttpClient connections,
      @Nullable KeyService keys,
      StoreOptions options,
      @Nullable ClavigerInterceptor interceptor) {
    this.connections = connections;
    this.interceptor = interceptor;
    this.keys = keys;
    S3ClientBuilder builder =
        S3Client.builder().httpClient(connections).forcePathStyle(options.pathStyle());
    URI endpoint = options.endpoint();
    if (endpoint != null) {
      builder.endpointOverride(endpoint);
    }
    String region = options.region();
    if (region != null) {
      builder.region(Region.of(region));
    }
    if (interceptor != null) {
      builder.overrideConfiguration(c -> c.addExecutionInterceptor(interceptor));
    }
    this.client = StoreFailures.at("the store", builder::build);
  }

  /** Returns one that seals and opens. */
  public static Store sealing(StoreOptions options) {
    return sealing(options, Map.of());
  }

  /** Returns one that seals and opens, with options of the interceptor that lead. */
  public static Store sealing(StoreOptions options, Map<String, String> leading) {
    return sealing(options, leading, builder -> builder);
  }

  /** As {@link #sealing(StoreOptions, Map)}, with settings that are no options of the drop-in. */
  public static Store sealing(
      StoreOptions options,
      Map<String, String> leading,
      UnaryOperator<ClavigerInterceptorBuilder> more) {
    ClavigerInterceptorBuilder builder = interceptor(leading);
    KeyService keys = KeyService.open();
    SdkHttpClient connections = connections(options);
    ClavigerInterceptor interceptor =
        more.apply(builder.provider(keys.provider()).httpClient(connections)).build();
    return new Store(connections, keys, options, interceptor);
  }

  /**
   * Returns an interceptor to be, with the drop-in's options and before them those that lead.
   *
   * @throws CommandException CONFIGURATION if an option is wrong
   */
  static ClavigerInterceptorBuilder interceptor(Map<String, String> leading) {
    try {
      Map<String, String> named = new HashMap<>(ClavigerDropIn.options());
      named.putAll(leading);
      return ClavigerInterceptor.builder().options(named);
    } catch (IllegalArgumentException e) {
      throw new CommandException(
          ExitCode.CONFIGURATION,
          "%s; correct CLAVIGER_S3_.. (docs/drop-in.md)".formatted(e.getMessage()),
          e);
    }
  }

  /** Returns one that lists with the sizes of plaintext, and needs no key. */
  static Store listing(StoreOptions options) {
    SdkHttpClient connections = connections(options);
    ClavigerInterceptor interceptor =
        interceptor(Map.of()).provider(new ClavigerProvider()).httpClient(connections).build();
    return new Store(connections, null, options, interceptor);
  }

  /** Returns one that sees what is stored, and needs no key. */
  public static Store plain(StoreOptions options) {
    return new Store(connections(options), null, options, null);
  }

  /** The scheme is not that of the proxy: it decides whether HTTPS_PROXY or HTTP_PROXY is read. */
  private static SdkHttpClient connections(StoreOptions options) {
    URI endpoint = options.endpoint();
    String scheme = endpoint == null ? "https" : endpoint.getScheme().toLowerCase(Locale.ROOT);
    return UrlConnectionHttpClient.builder()
        .proxyConfiguration(ProxyConfiguration.builder().scheme(scheme).build())
        .build();
  }

  /**
   * Returns the date by the store's clock, as its answer to a request without a signature says it:
   * every answer has a date, whatever the credentials; empty where the answer has none.
   *
   * @throws IOException if the store does not answer
   */
  public Optional<String> date(Location place) throws IOException {
    URL url = client.utilities().getUrl(b -> b.bucket(place.bucket()).key("claviger-doctor"));
    SdkHttpFullRequest request =
        SdkHttpFullRequest.builder()
            .method(SdkHttpMethod.HEAD)
            .uri(URI.create(url.toString()))
            .build();
    return connections
        .prepareRequest(HttpExecuteRequest.builder().request(request).build())
        .call()
        .httpResponse()
        .firstMatchingHeader("Date");
  }

  /**
   * Requires that a new object gets a key, or says that it gets none: a bucket may be left alone by
   * a variable that was set for another program.
   *
   * @param key the one that the command line names, null for none
   * @throws CommandException REFUSED for a key in a bucket that is left alone; CONFIGURATION when
   *     no key is named anywhere
   */
  void requireKey(Shell shell, Location target, @Nullable String key) {
    ClavigerInterceptor sealing = Objects.requireNonNull(interceptor);
    if (!sealing.covers(target.bucket())) {
      String found =
          "CLAVIGER_S3_INCLUDE_BUCKETS and CLAVIGER_S3_EXCLUDE_BUCKETS leave bucket %s alone"
              .formatted(target.bucket());
      if (key != null) {
        throw new CommandException(
            ExitCode.REFUSED,
            "%s: a key is named, and %s; change them, or leave --key out".formatted(target, found));
      }
      shell.say("%s is stored as it is, in the clear: %s".formatted(target, found));
      return;
    }
    KeyChoice choice = sealing.explainKey(target.bucket(), target.key());
    if (key == null
        && choice.allowed()
        && choice.keyId() == null
        && Objects.requireNonNull(keys).manager().defaultKeyId().isEmpty()) {
      throw new CommandException(
          ExitCode.CONFIGURATION,
          "no key is named; name one with --key, or set CLAVIGER_DEFAULT_KEY_ID");
    }
  }

  /**
   * Requires that the key service has {@code key}.
   *
   * @throws io.claviger.kms.KmsException as the key service answers
   */
  public void requireKeyIsThere(String key) {
    Objects.requireNonNull(keys).manager().describeKey(key);
  }

  public S3Client client() {
    return client;
  }

  /** Asks the store for {@code where}; what it refuses becomes a sentence with that name. */
  public static <T> T ask(Object where, Supplier<T> call) throws SdkException {
    return StoreFailures.at(where.toString(), call);
  }

  @Override
  public void close() {
    client.close();
    connections.close();
    if (keys != null) {
      keys.close();
    }
  }
}
