package io.claviger.s3.internal.call;

import io.claviger.encryption.S3EncryptionClientKeys;
import io.claviger.encryption.Spool;
import io.claviger.s3.api.ChangedMetadata;
import io.claviger.s3.api.DirectoryMarkers;
import io.claviger.s3.api.ListSizes;
import io.claviger.s3.api.SseParameters;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * The options of copies, listings and encryption parameters.
 *
 * @param sseParameters who sees the caller's encryption parameters
 * @param listSizes which sizes listings report
 * @param directoryMarkers what is done with empty objects whose key ends in a slash
 * @param bucketKeys whether bucket keys serve requests that say nothing of them
 * @param connections what the requests besides the caller's are sent with
 * @param metadata what is done with user metadata and headers that were changed
 * @param foreign reads objects of the Amazon S3 Encryption Client; null to refuse them
 * @param spool holds bodies of unknown length; null to refuse them
 */
public record ShapeOptions(
    SseParameters sseParameters,
    ListSizes listSizes,
    DirectoryMarkers directoryMarkers,
    boolean bucketKeys,
    Connections connections,
    ChangedMetadata metadata,
    @Nullable S3EncryptionClientKeys foreign,
    @Nullable Spool spool) {
  /**
   * What the requests that the interceptor needs besides the caller's are sent with.
   *
   * @param client sends them; null for the interceptor's own client
   * @param httpClient connections of the interceptor's own client; null for the SDK's default
   */
  public record Connections(@Nullable S3Client client, @Nullable SdkHttpClient httpClient) {}

  public static final ShapeOptions DEFAULT = new Draft().options();

  /** The options one by one, with their defaults. Threads: one. */
  public static final class Draft {
    public SseParameters sseParameters = SseParameters.CLIENT_SIDE;
    public ListSizes listSizes = ListSizes.EXACT;
    public DirectoryMarkers directoryMarkers = DirectoryMarkers.ACCEPT;
    public boolean bucketKeys = true;
    public @Nullable S3Client client;
    public @Nullable SdkHttpClient httpClient;
    public ChangedMetadata metadata = ChangedMetadata.WARN;
    public @Nullable S3EncryptionClientKeys foreign;
    public @Nullable Spool spool;

    public ShapeOptions options() {
      return new ShapeOptions(
          sseParameters,
          listSizes,
          directoryMarkers,
          bucketKeys,
          new Connections(client, httpClient),
          metadata,
          foreign,
          spool);
    }
  }
}
