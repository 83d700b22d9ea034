package io.claviger.s3.internal.body;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.http.SdkHttpExecutionAttribute;

/**
 * Everything that the SDK hands to the native code of its CRT-based client beside request and body.
 * An attribute that a new SDK brings fails here until it has a place.
 */
class CrtFilesTest {
  /** {@link CrtFiles} turns them into bodies, refuses them, or counts them again. */
  private static final List<String> HANDLED =
      List.of(
          "CRT_PAUSE_RESUME_TOKEN",
          "CRT_PROGRESS_LISTENER",
          "OBJECT_FILE_PATH",
          "RESPONSE_FILE_PATH");

  /** They say how and as whom, not which bytes; or mean nothing without a path that is refused. */
  private static final List<String> HARMLESS =
      List.of(
          "CRT_CREDENTIALS_PROVIDER_ADAPTER",
          "HTTP_CHECKSUM",
          "METAREQUEST_PAUSE_OBSERVABLE",
          "OPERATION_NAME",
          "REQUEST_CHECKSUM_CALCULATION",
          "RESPONSE_CHECKSUM_VALIDATION",
          "RESPONSE_FILE_DELETE_ON_FAILURE",
          "RESPONSE_FILE_OPTION",
          "SIGNING_NAME",
          "SIGNING_REGION",
          "USE_S3_EXPRESS_AUTH");

  private static Stream<String> attributes(String type) {
    try {
      Class<?> owner = Class.forName(type, false, CrtFilesTest.class.getClassLoader());
      return Stream.of(owner.getDeclaredFields())
          .filter(f -> Modifier.isStatic(f.getModifiers()))
          .filter(f -> SdkHttpExecutionAttribute.class.isAssignableFrom(f.getType()))
          .map(Field::getName);
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void everyAttributeOfTheSdkHasAPlace() {
    String s3 = "software.amazon.awssdk.services.s3.";
    assertThat(
            Stream.concat(
                attributes(s3 + "internal.crt.S3InternalSdkHttpExecutionAttribute"),
                attributes(s3 + "crt.S3CrtSdkHttpExecutionAttribute")))
        .containsExactlyInAnyOrderElementsOf(
            Stream.concat(HANDLED.stream(), HARMLESS.stream()).toList());
  }
}
