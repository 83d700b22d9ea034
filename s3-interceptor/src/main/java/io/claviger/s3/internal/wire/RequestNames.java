package io.claviger.s3.internal.wire;

import io.claviger.encryption.ObjectName;
import java.util.Set;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkRequest;

/** Bucket and key of any S3 request, by the SDK's own field names. */
public final class RequestNames {
  private static final String BUCKET = "Bucket";
  private static final String KEY = "Key";
  private static final String BODY = "Body";
  private static final String DESTINATION = "Destination";

  private RequestNames() {}

  /** Returns the names in {@code request}, empty texts where it has none. */
  public static ObjectName of(SdkRequest request) {
    return new ObjectName(first(request, BUCKET), first(request, KEY));
  }

  /** Copies call their destination so. */
  private static String first(SdkRequest request, String name) {
    return request
        .getValueForField(name, String.class)
        .or(() -> request.getValueForField(DESTINATION + name, String.class))
        .orElse("");
  }

  /** Whether {@code request} is of a kind that names an object or carries a body. */
  public static boolean carriesObject(SdkRequest request) {
    return request.sdkFields().stream()
        .map(SdkField::memberName)
        .anyMatch(name -> Set.of(KEY, DESTINATION + KEY, BODY).contains(name));
  }
}
