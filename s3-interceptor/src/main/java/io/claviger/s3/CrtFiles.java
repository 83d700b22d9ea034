package io.claviger.s3;

import io.claviger.s3.ClavigerS3Exception.Failure;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.async.listener.PublisherListener;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.SdkInternalExecutionAttribute;
import software.amazon.awssdk.http.SdkHttpExecutionAttribute;
import software.amazon.awssdk.http.SdkHttpExecutionAttributes;
import software.amazon.awssdk.services.s3.crt.S3CrtSdkHttpExecutionAttribute;
import software.amazon.awssdk.services.s3.internal.crt.S3InternalSdkHttpExecutionAttribute;

/**
 * What passes the bodies that an interceptor sees on its way to the native code of the CRT-based
 * client: files by their path, uploads that go on by a token, progress. A file to be sent becomes a
 * body again; a file to be written is refused, since sealed bytes would be stored in it; an upload
 * that goes on is refused, since native code skips parts that another sealing wrote; progress is
 * counted in bytes of plaintext.
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

  /**
   * Returns the body to seal: {@code body}, or the file whose path stands in its place.
   *
   * @throws ClavigerS3Exception UNSUPPORTED if native code is to go on with an upload; nothing was
   *     sent
   */
  static AsyncRequestBody body(Call call, AsyncRequestBody body, ExecutionAttributes attributes) {
    if (given(attributes, CrtFiles::resumeToken) != null) {
      throw ClavigerS3Exception.of(
          Failure.UNSUPPORTED,
          call.where(),
          "the upload is to go on where it was paused, by the CRT-based client, which would skip parts that were sealed with another data key: the object would never open. Upload the file again from its beginning (uploadFile) and abort the paused upload, or use S3AsyncClient.builder().multipartEnabled(true), whose paused uploads go on");
    }
    Path source = given(attributes, () -> S3InternalSdkHttpExecutionAttribute.OBJECT_FILE_PATH);
    if (source == null) {
      return body;
    }
    set(attributes, S3InternalSdkHttpExecutionAttribute.OBJECT_FILE_PATH, null);
    return AsyncRequestBody.fromFile(source);
  }

  /** By name: its type is the CRT's, a library that this one is not compiled against. */
  private static SdkHttpExecutionAttribute<?> resumeToken() {
    try {
      return (SdkHttpExecutionAttribute<?>)
          S3InternalSdkHttpExecutionAttribute.class.getField("CRT_PAUSE_RESUME_TOKEN").get(null);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("this SDK has no CRT_PAUSE_RESUME_TOKEN", e);
    }
  }

  /** Lets a listener of the CRT's progress see {@code plainBytes} in all, not the stored bytes. */
  static void countPlaintext(ExecutionAttributes attributes, long plainBytes, long storedBytes) {
    PublisherListener<?> listener =
        given(attributes, () -> S3CrtSdkHttpExecutionAttribute.CRT_PROGRESS_LISTENER);
    if (listener != null) {
      set(
          attributes,
          S3CrtSdkHttpExecutionAttribute.CRT_PROGRESS_LISTENER,
          new CrtProgress(listener, plainBytes, storedBytes));
    }
  }

  /**
   * Refuses a download that native code would write to a file.
   *
   * @throws ClavigerS3Exception UNSUPPORTED if there is one
   */
  static void refuseTarget(Call call, ExecutionAttributes attributes) {
    Path target = given(attributes, () -> S3InternalSdkHttpExecutionAttribute.RESPONSE_FILE_PATH);
    if (target != null) {
      throw ClavigerS3Exception.of(
          Failure.UNSUPPORTED,
          call.where(),
          "%s to the file %s by the CRT-based client, which would write the sealed bytes there. Use AsyncResponseTransformer.toFile, or S3AsyncClient.builder().multipartEnabled(true)"
              .formatted(call.operation(), target));
    }
  }

  /** Returns what is meant for native code, null for every other client. */
  private static <T> @Nullable T given(
      ExecutionAttributes attributes,
      Supplier<? extends SdkHttpExecutionAttribute<? extends T>> name) {
    SdkHttpExecutionAttributes http =
        attributes.getAttribute(SdkInternalExecutionAttribute.SDK_HTTP_EXECUTION_ATTRIBUTES);
    return NATIVE && http != null ? http.getAttribute(name.get()) : null;
  }

  private static <T> void set(
      ExecutionAttributes attributes, SdkHttpExecutionAttribute<T> name, @Nullable T value) {
    SdkHttpExecutionAttributes http =
        attributes.getAttribute(SdkInternalExecutionAttribute.SDK_HTTP_EXECUTION_ATTRIBUTES);
    attributes.putAttribute(
        SdkInternalExecutionAttribute.SDK_HTTP_EXECUTION_ATTRIBUTES,
        http.toBuilder().put(name, value).build());
  }
}
