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

  public static final ShapeOptions DEFAULT =
      new ShapeOptions(
          SseParameters.CLIENT_SIDE,
          ListSizes.EXACT,
          DirectoryMarkers.ACCEPT,
          true,
          new Connections(null, null),
          ChangedMetadata.WARN,
          null,
          null);

  public ShapeOptions with(SseParameters value) {
    return new ShapeOptions(
        value, listSizes, directoryMarkers, bucketKeys, connections, metadata, foreign, spool);
  }

  public ShapeOptions with(ListSizes value) {
    return new ShapeOptions(
        sseParameters, value, directoryMarkers, bucketKeys, connections, metadata, foreign, spool);
  }

  public ShapeOptions with(DirectoryMarkers value) {
    return new ShapeOptions(
        sseParameters, listSizes, value, bucketKeys, connections, metadata, foreign, spool);
  }

  public ShapeOptions withBucketKeys(boolean value) {
    return new ShapeOptions(
        sseParameters, listSizes, directoryMarkers, value, connections, metadata, foreign, spool);
  }

  public ShapeOptions with(S3Client value) {
    return new ShapeOptions(
        sseParameters,
        listSizes,
        directoryMarkers,
        bucketKeys,
        new Connections(value, connections.httpClient()),
        metadata,
        foreign,
        spool);
  }

  public ShapeOptions with(SdkHttpClient value) {
    return new ShapeOptions(
        sseParameters,
        listSizes,
        directoryMarkers,
        bucketKeys,
        new Connections(connections.client(), value),
        metadata,
        foreign,
        spool);
  }

  public ShapeOptions with(ChangedMetadata value) {
    return new ShapeOptions(
        sseParameters, listSizes, directoryMarkers, bucketKeys, connections, value, foreign, spool);
  }

  public ShapeOptions with(S3EncryptionClientKeys value) {
    return new ShapeOptions(
        sseParameters,
        listSizes,
        directoryMarkers,
        bucketKeys,
        connections,
        metadata,
        value,
        spool);
  }

  public ShapeOptions with(Spool value) {
    return new ShapeOptions(
        sseParameters,
        listSizes,
        directoryMarkers,
        bucketKeys,
        connections,
        metadata,
        foreign,
        value);
  }
}
