package io.claviger.cli.object;

import io.claviger.cli.shell.CommandException;
import io.claviger.cli.shell.ExitCode;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.regions.providers.AwsProfileRegionProvider;

/** Where the store is; everything else the SDK finds by itself, as always. */
public final class StoreOptions {
  private static final String ANY_REGION = "us-east-1";

  @Option(
      names = "--endpoint-url",
      paramLabel = "URL",
      description = "The store, where it is not AWS; by default AWS_ENDPOINT_URL_S3.")
  private @Nullable String endpoint;

  @Option(
      names = "--region",
      paramLabel = "REGION",
      description = "The region; by default AWS_REGION, or the profile's.")
  private @Nullable String region;

  @Option(
      names = "--virtual-host",
      description = "Name the bucket in the host at an endpoint of its own, not in the path.")
  private boolean virtualHost;

  /**
   * Returns the endpoint, null for AWS's own.
   *
   * @throws CommandException USAGE, or CONFIGURATION for that of the environment
   */
  @Nullable URI endpoint() {
    if (endpoint != null) {
      return url("--endpoint-url", endpoint, ExitCode.USAGE);
    }
    String set = setting("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL");
    return set == null ? null : url("AWS_ENDPOINT_URL_S3", set, ExitCode.CONFIGURATION);
  }

  private static URI url(String name, String text, ExitCode code) {
    try {
      URI url = new URI(text);
      if (url.getHost() != null && String.valueOf(url.getScheme()).matches("(?i)https?")) {
        return url;
      }
    } catch (URISyntaxException e) {
      // reported below: it is no URL either
    }
    throw new CommandException(
        code,
        "%s is \"%s\", which is no URL of a store; write http://HOST:PORT or https://HOST"
            .formatted(name, text));
  }

  /**
   * Returns the region, null where the SDK is to look for it, on machines of AWS too.
   *
   * @throws CommandException USAGE if it is none
   */
  @Nullable String region() {
    String named = region == null ? configuredRegion() : region;
    if (named != null && !named.matches("[A-Za-z0-9_-]+")) {
      throw new CommandException(
          ExitCode.USAGE,
          "\"%s\" is no region; write it as eu-central-1, in --region or AWS_REGION"
              .formatted(named));
    }
    return named;
  }

  private @Nullable String configuredRegion() {
    String set = setting("AWS_REGION", "AWS_DEFAULT_REGION");
    if (set != null || endpoint() == null) {
      return set;
    }
    try {
      return new AwsProfileRegionProvider().getRegion().id();
    } catch (SdkClientException e) {
      return ANY_REGION; // no profile names one, and most stores of one region take any
    }
  }

  boolean pathStyle() {
    return endpoint() != null && !virtualHost;
  }

  /** Returns the first variable that is set, null for none. */
  private static @Nullable String setting(String... names) {
    return Arrays.stream(names)
        .map(System::getenv)
        .filter(value -> value != null && !value.isEmpty())
        .findFirst()
        .orElse(null);
  }
}
