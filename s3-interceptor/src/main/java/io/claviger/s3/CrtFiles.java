package io.claviger.s3;

import io.claviger.s3.ClavigerS3Exception.Failure;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.SdkInternalExecutionAttribute;
import software.amazon.awssdk.http.SdkHttpExecutionAttribute;
import software.amazon.awssdk.http.SdkHttpExecutionAttributes;
import software.amazon.awssdk.services.s3.internal.crt.S3InternalSdkHttpExecutionAttribute;

/**
 * The files of the CRT-based client: its native code reads and writes them by their path, past the
 * bodies that an interceptor sees. A file to be sent becomes a body again; a file to be written is
 * refused, since sealed bytes would lie in it.
 */
final class CrtFiles {
  /** Without native code on the class path there is no such client, and its names do not load. */
  private static final boolean NATIVE = isThere("software.amazon.awssdk.crt.s3.ResumeToken");

  private CrtFiles() {}

  private static boolean isThere(String className) {
    try {
      Class.forName(className, false, CrtFiles.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  /** Returns the body to seal: {@code body}, or the file whose path stands in its place. */
  static AsyncRequestBody body(AsyncRequestBody body, ExecutionAttributes attributes) {
    Path source =
        NATIVE ? path(attributes, S3InternalSdkHttpExecutionAttribute.OBJECT_FILE_PATH) : null;
    if (source == null) {
      return body;
    }
    SdkHttpExecutionAttributes http =
        attributes.getAttribute(SdkInternalExecutionAttribute.SDK_HTTP_EXECUTION_ATTRIBUTES);
    attributes.putAttribute(
        SdkInternalExecutionAttribute.SDK_HTTP_EXECUTION_ATTRIBUTES,
        http.toBuilder().put(S3InternalSdkHttpExecutionAttribute.OBJECT_FILE_PATH, null).build());
    return AsyncRequestBody.fromFile(source);
  }

  /**
   * Refuses a download that native code would write to a file.
   *
   * @throws ClavigerS3Exception UNSUPPORTED if there is one
   */
  static void refuseTarget(Call call, ExecutionAttributes attributes) {
    Path target =
        NATIVE ? path(attributes, S3InternalSdkHttpExecutionAttribute.RESPONSE_FILE_PATH) : null;
    if (target != null) {
      throw ClavigerS3Exception.of(
          Failure.UNSUPPORTED,
          call.where(),
          "%s to the file %s by the CRT-based client, which would write the sealed bytes there. Use AsyncResponseTransformer.toFile, or S3AsyncClient.builder().multipartEnabled(true)"
              .formatted(call.operation(), target));
    }
  }

  /** Returns a path that is meant for native code, null for every other client. */
  private static @Nullable Path path(
      ExecutionAttributes attributes, SdkHttpExecutionAttribute<Path> name) {
    SdkHttpExecutionAttributes http =
        attributes.getAttribute(SdkInternalExecutionAttribute.SDK_HTTP_EXECUTION_ATTRIBUTES);
    return http == null ? null : http.getAttribute(name);
  }
}
