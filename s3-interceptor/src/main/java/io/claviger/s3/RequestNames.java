package io.claviger.s3;

import io.claviger.encryption.ObjectName;
import software.amazon.awssdk.core.SdkRequest;

/** Bucket and key of any S3 request, by the SDK's own field names. */
final class RequestNames {
  private static final String BUCKET = "Bucket";
  private static final String KEY = "Key";
  private static final String BODY = "Body";

  private RequestNames() {}

  /** Returns the names in {@code request}, empty texts where it has none. */
  static ObjectName of(SdkRequest request) {
    return new ObjectName(
        request.getValueForField(BUCKET, String.class).orElse(""),
        request.getValueForField(KEY, String.class).orElse(""));
  }

  /** Whether {@code request} is of a kind that names an object or carries a body. */
  static boolean carriesObject(SdkRequest request) {
    return request.sdkFields().stream()
        .anyMatch(f -> KEY.equals(f.memberName()) || BODY.equals(f.memberName()));
  }
}
