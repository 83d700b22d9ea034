package io.claviger.s3;

import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkRequest;

/** Fields of any S3 request, by the SDK's own names. */
final class RequestFields {
  private RequestFields() {}

  /** Returns a field as text, null when the request has none of that name or it is not set. */
  static @Nullable String text(SdkRequest request, String field) {
    return request.getValueForField(field, Object.class).map(Object::toString).orElse(null);
  }
}
