package io.claviger.cli.object;

import java.net.URI;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the store is; everything else the SDK finds by itself, as always. */
public final class StoreOptions {
  @Option(
      names = "--endpoint-url",
      paramLabel = "URL",
      description = "The store, where it is not AWS; by default AWS_ENDPOINT_URL_S3.")
  private @Nullable URI endpoint;

  @Option(
      names = "--region",
      paramLabel = "REGION",
      description = "The region; by default AWS_REGION, or the profile's.")
  private @Nullable String region;

  @Option(
      names = "--virtual-host",
      description = "Name the bucket in the host at an endpoint of its own, not in the path.")
  private boolean virtualHost;

  @Nullable URI endpoint() {
    String named = first(System.getenv("AWS_ENDPOINT_URL_S3"), System.getenv("AWS_ENDPOINT_URL"));
    return endpoint != null ? endpoint : named == null ? null : URI.create(named);
  }

  /** Null where the SDK is to look for it. */
  @Nullable String region() {
    String named = first(System.getenv("AWS_REGION"), System.getenv("AWS_DEFAULT_REGION"));
    return region != null
        ? region
        : named != null ? named : endpoint() == null ? null : "us-east-1";
  }

  boolean pathStyle() {
    return endpoint() != null && !virtualHost;
  }

  private static @Nullable String first(@Nullable String one, @Nullable String other) {
    return one == null || one.isEmpty() ? (other == null || other.isEmpty() ? null : other) : one;
  }
}
