package io.claviger.s3.internal.body;

import io.claviger.s3.api.ClavigerS3Exception;
import io.claviger.s3.api.ClavigerS3Exception.Failure;
import io.claviger.s3.internal.sdk.SdkInternals;
import java.nio.file.Path;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.async.listener.PublisherListener;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;

/**
 * What passes the bodies that an interceptor sees on its way to the native code of the CRT-based
 * client: files by their path, uploads that go on by a token, progress. A file to be sent becomes a
 * body again; a file to be written is refused, since sealed bytes would be stored in it; an upload
 * that goes on is refused, since native code skips parts that another sealing wrote; progress is
 * counted in bytes of plaintext.
 */
public final class CrtFiles {
  private CrtFiles() {}

  /**
   * Returns the body to seal: {@code body}, or the file whose path stands in its place.
   *
   * @throws ClavigerS3Exception UNSUPPORTED if native code is to go on with an upload; nothing was
   *     sent
   */
  public static AsyncRequestBody body(
      String where, AsyncRequestBody body, ExecutionAttributes attributes) {
    if (SdkInternals.resumesUpload(attributes)) {
      throw ClavigerS3Exception.of(
          Failure.UNSUPPORTED,
          where,
          "the upload is to go on where it was paused, by the CRT-based client, which would skip parts that were sealed with another data key: the object would never open. Upload the file again from its beginning (uploadFile) and abort the paused upload, or use S3AsyncClient.builder().multipartEnabled(true), whose paused uploads go on");
    }
    Path source = SdkInternals.takeObjectFile(attributes);
    return source == null ? body : AsyncRequestBody.fromFile(source);
  }

  /** Lets a listener of the CRT's progress see {@code plainBytes} in all, not the stored bytes. */
  public static void countPlaintext(
      ExecutionAttributes attributes, long plainBytes, long storedBytes) {
    PublisherListener<?> listener = SdkInternals.progress(attributes);
    if (listener != null) {
      SdkInternals.progress(attributes, new CrtProgress(listener, plainBytes, storedBytes));
    }
  }

  /**
   * Refuses a download that native code would write to a file.
   *
   * @throws ClavigerS3Exception UNSUPPORTED if there is one
   */
  public static void refuseTarget(String where, String operation, ExecutionAttributes attributes) {
    Path target = SdkInternals.answerFile(attributes);
    if (target != null) {
      throw ClavigerS3Exception.of(
          Failure.UNSUPPORTED,
          where,
          "%s to the file %s by the CRT-based client, which would write the sealed bytes there. Use AsyncResponseTransformer.toFile, or S3AsyncClient.builder().multipartEnabled(true)"
              .formatted(operation, target));
    }
  }
}
