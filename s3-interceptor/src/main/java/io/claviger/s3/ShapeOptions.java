package io.claviger.s3;

import io.claviger.encryption.ForeignS3ec;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.ClientType;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.SdkExecutionAttribute;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * The options of copies, listings and encryption parameters.
 *
 * @param sseParameters who sees the caller's encryption parameters
 * @param listSizes what sizes listings tell
 * @param directoryMarkers what is done with empty objects whose key ends in a slash
 * @param bucketKeys whether bucket keys are used; null for the default of the client's kind
 * @param subRequestClient makes the requests that the interceptor needs besides the caller's; null
 *     for one of its own
 * @param httpClient connections of a client of its own; null for the SDK's default
 * @param metadata what is done with user metadata and headers that were changed
 * @param foreign reads objects of the Amazon S3 Encryption Client; null to refuse them
 */
record ShapeOptions(
    ClavigerInterceptor.SseParameters sseParameters,
    ClavigerInterceptor.ListSizes listSizes,
    ClavigerInterceptor.DirectoryMarkers directoryMarkers,
    @Nullable Boolean bucketKeys,
    @Nullable S3Client subRequestClient,
    @Nullable SdkHttpClient httpClient,
    ClavigerInterceptor.Metadata metadata,
    @Nullable ForeignS3ec foreign) {
  static final ShapeOptions DEFAULT =
      new ShapeOptions(
          ClavigerInterceptor.SseParameters.CLIENT_SIDE,
          ClavigerInterceptor.ListSizes.EXACT,
          ClavigerInterceptor.DirectoryMarkers.ACCEPT,
          null,
          null,
          null,
          ClavigerInterceptor.Metadata.WARN,
          null);

  ShapeOptions with(ClavigerInterceptor.SseParameters value) {
    return new ShapeOptions(
        value,
        listSizes,
        directoryMarkers,
        bucketKeys,
        subRequestClient,
        httpClient,
        metadata,
        foreign);
  }

  ShapeOptions with(ClavigerInterceptor.ListSizes value) {
    return new ShapeOptions(
        sseParameters,
        value,
        directoryMarkers,
        bucketKeys,
        subRequestClient,
        httpClient,
        metadata,
        foreign);
  }

  ShapeOptions with(ClavigerInterceptor.DirectoryMarkers value) {
    return new ShapeOptions(
        sseParameters,
        listSizes,
        value,
        bucketKeys,
        subRequestClient,
        httpClient,
        metadata,
        foreign);
  }

  ShapeOptions withBucketKeys(boolean value) {
    return new ShapeOptions(
        sseParameters,
        listSizes,
        directoryMarkers,
        value,
        subRequestClient,
        httpClient,
        metadata,
        foreign);
  }

  ShapeOptions with(S3Client value) {
    return new ShapeOptions(
        sseParameters,
        listSizes,
        directoryMarkers,
        bucketKeys,
        value,
        httpClient,
        metadata,
        foreign);
  }

  ShapeOptions with(SdkHttpClient value) {
    return new ShapeOptions(
        sseParameters,
        listSizes,
        directoryMarkers,
        bucketKeys,
        subRequestClient,
        value,
        metadata,
        foreign);
  }

  ShapeOptions with(ClavigerInterceptor.Metadata value) {
    return new ShapeOptions(
        sseParameters,
        listSizes,
        directoryMarkers,
        bucketKeys,
        subRequestClient,
        httpClient,
        value,
        foreign);
  }

  ShapeOptions with(ForeignS3ec value) {
    return new ShapeOptions(
        sseParameters,
        listSizes,
        directoryMarkers,
        bucketKeys,
        subRequestClient,
        httpClient,
        metadata,
        value);
  }

  /** Whether bucket keys serve a request that says nothing of them: by default, async clients'. */
  boolean usesBucketKeys(ExecutionAttributes attributes) {
    return bucketKeys == null
        ? attributes.getAttribute(SdkExecutionAttribute.CLIENT_TYPE) == ClientType.ASYNC
        : bucketKeys;
  }
}
