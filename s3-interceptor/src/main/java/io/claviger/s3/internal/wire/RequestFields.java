package io.claviger.s3.internal.wire;

import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.SdkRequest;

/** Fields of any S3 request or answer, by the SDK's own names. */
public final class RequestFields {
  /** The length of an object, in the request that completes its upload; in bytes. */
  public static final String OBJECT_BYTES = "MpuObjectSize";

  private RequestFields() {}

  /** Returns a field as text, null when the request has none of that name or it is not set. */
  public static @Nullable String text(SdkRequest request, String field) {
    return request.getValueForField(field, Object.class).map(Object::toString).orElse(null);
  }

  /** Sets a field of what is being built, where this SDK knows one of that name. */
  public static void set(SdkPojo builder, String field, @Nullable Object value) {
    for (SdkField<?> each : builder.sdkFields()) {
      if (each.memberName().equals(field)) {
        each.set(builder, value);
      }
    }
  }

  /**
   * Sets each field of {@code to} that {@code from} has under the same name, where it is set there
   * and its name passes: what a new SDK adds on both sides is taken over too.
   */
  public static void copy(SdkPojo from, SdkPojo to, Predicate<String> names) {
    for (SdkField<?> target : to.sdkFields()) {
      if (names.test(target.memberName())) {
        for (SdkField<?> source : from.sdkFields()) {
          if (source.memberName().equals(target.memberName())
              && source.getValueOrDefault(from) != null) {
            target.set(to, source.getValueOrDefault(from));
          }
        }
      }
    }
  }
}
