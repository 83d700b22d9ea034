package io.claviger.bulk;

import io.claviger.jca.ClavigerProvider;
import io.claviger.s3.ClavigerDropIn;
import io.claviger.s3.ClavigerInterceptor;
import java.net.URI;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/**
 * Clients by the configuration of the process that makes them: credentials, region and connections
 * as the AWS SDK finds them, keys as {@code KmsConfig.fromEnvironment} does, options of the
 * interceptor from where the drop-in takes them. What is set here leads.
 *
 * <pre>{@code
 * ClientSettings settings = ClientSettings.OF_PROCESS.option("metadata", "refuse");
 * BulkRunner runner = BulkRunner.with(Clients.once(settings));
 * }</pre>
 *
 * <p>Immutable. It can be serialised and holds no secret.
 *
 * @param endpoint the store, null where the SDK is to find it
 * @param region the region, null where the SDK is to find it
 * @param pathStyle whether buckets are named in the path, not in the host; default false
 * @param options options of the interceptor by the names of the drop-in, which lead before those of
 *     the process
 */
public record ClientSettings(
    @Nullable URI endpoint, @Nullable String region, boolean pathStyle, Map<String, String> options)
    implements ClientSource {
  private static final long serialVersionUID = 1L;

  /** All as the process is configured. */
  public static final ClientSettings OF_PROCESS = new ClientSettings(null, null, false, Map.of());

  /**
   * @throws IllegalArgumentException if the endpoint holds a user or a password
   */
  public ClientSettings {
    options = Map.copyOf(options);
    if (endpoint != null && endpoint.getRawUserInfo() != null) {
      throw new IllegalArgumentException(
          "the endpoint at %s holds a user or password, which would be sent to other processes. Leave them out: the AWS SDK finds credentials in each process"
              .formatted(endpoint.getHost()));
    }
  }

  /** Returns this for another store, with buckets in the path as stores of one's own need them. */
  public ClientSettings endpoint(URI store, String itsRegion) {
    return new ClientSettings(store, itsRegion, true, options);
  }

  /** Returns this with an option of the interceptor, named as the drop-in names it. */
  public ClientSettings option(String name, String value) {
    Map<String, String> more = new TreeMap<>(options);
    more.put(name, value);
    return new ClientSettings(endpoint, region, pathStyle, more);
  }

  @Override
  public S3Client stored() {
    return client(null);
  }

  @Override
  public S3Client sealing() {
    Map<String, String> named = new TreeMap<>(ClavigerDropIn.options());
    named.putAll(options);
    return client(
        ClavigerInterceptor.builder().provider(new ClavigerProvider()).options(named).build());
  }

  private S3Client client(@Nullable ExecutionInterceptor interceptor) {
    S3ClientBuilder builder = S3Client.builder().forcePathStyle(pathStyle);
    if (endpoint != null) {
      builder.endpointOverride(endpoint);
    }
    if (region != null) {
      builder.region(Region.of(region));
    }
    if (interceptor != null) {
      builder.overrideConfiguration(c -> c.addExecutionInterceptor(interceptor));
    }
    return builder.build();
  }
}
