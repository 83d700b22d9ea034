package io.claviger.cli.object;

import io.claviger.cli.shell.KeyService;
import io.claviger.s3.ClavigerDropIn;
import io.claviger.s3.ClavigerInterceptor;
import io.claviger.s3.ClavigerInterceptorBuilder;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.SdkHttpClient;
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
  private final S3Client client;

  private Store(
      SdkHttpClient connections,
      @Nullable KeyService keys,
      StoreOptions options,
      @Nullable ExecutionInterceptor interceptor) {
    this.connections = connections;
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
    Map<String, String> named = new HashMap<>(ClavigerDropIn.options());
    named.putAll(leading);
    KeyService keys = KeyService.open();
    SdkHttpClient connections = UrlConnectionHttpClient.create();
    ClavigerInterceptor interceptor =
        more.apply(
                ClavigerInterceptor.builder()
                    .provider(keys.provider())
                    .httpClient(connections)
                    .options(named))
            .build();
    return new Store(connections, keys, options, interceptor);
  }

  /** Returns one that sees what is stored, and needs no key. */
  public static Store plain(StoreOptions options) {
    return new Store(UrlConnectionHttpClient.create(), null, options, null);
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
