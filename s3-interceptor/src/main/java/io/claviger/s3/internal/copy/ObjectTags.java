package io.claviger.s3.internal.copy;

import io.claviger.s3.internal.call.SubRequests;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CopyObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.utils.http.SdkHttpUtils;

/** The tags of the source of a copy, where the store does not copy them by itself. */
final class ObjectTags {
  private static final int NOT_IMPLEMENTED = 501;

  private ObjectTags() {}

  /**
   * Returns the tags in the form of a header, null when there are none.
   *
   * @throws S3Exception what the store answers, since a copy without its tags would be silent loss
   */
  static @Nullable String of(S3Client client, CopyObjectRequest copy, SourceHead source) {
    Integer count = source.head().getValueForField("TagCount", Integer.class).orElse(null);
    if (count != null && count == 0) {
      return null;
    }
    try {
      String tags =
          client
              .getObjectTagging(
                  b ->
                      b.bucket(source.source().name().bucket())
                          .key(source.source().name().key())
                          .versionId(source.source().versionId())
                          .requestPayer(copy.requestPayer())
                          .expectedBucketOwner(copy.expectedSourceBucketOwner())
                          .overrideConfiguration(SubRequests.raw(copy)))
              .tagSet()
              .stream()
              .map(t -> SdkHttpUtils.urlEncode(t.key()) + "=" + SdkHttpUtils.urlEncode(t.value()))
              .collect(Collectors.joining("&"));
      return tags.isEmpty() ? null : tags;
    } catch (S3Exception e) {
      if (e.statusCode() == NOT_IMPLEMENTED) {
        return null; // a store without tags
      }
      throw e;
    }
  }
}
