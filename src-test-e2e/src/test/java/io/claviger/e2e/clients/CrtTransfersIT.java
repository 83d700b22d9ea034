package io.claviger.e2e.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.e2e.env.E2e;
import io.claviger.e2e.env.EveryServer;
import io.claviger.e2e.env.Pattern;
import io.claviger.e2e.env.S3Server;
import io.claviger.encryption.Spool;
import io.claviger.s3.ClavigerInterceptor;
import io.claviger.s3.api.ClavigerS3Exception;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.transfer.s3.S3TransferManager;
import software.amazon.awssdk.transfer.s3.model.ResumableFileUpload;
import software.amazon.awssdk.transfer.s3.model.UploadFileRequest;
import software.amazon.awssdk.transfer.s3.progress.TransferListener;

/** Transfer managers over the CRT-based client, whose native code sends files by itself. */
@EveryServer
class CrtTransfersIT {
  private static final String BUCKET = "crt-transfers";
  private static final int PART = 8 << 20;

  @Parameter S3Server server;
  @TempDir Path folder;

  @BeforeParameterizedClassInvocation
  static void bucket(S3Server server) {
    E2e.bucket(server, BUCKET);
  }

  private Path file(long bytes) throws IOException {
    Path file = folder.resolve("f" + bytes);
    try (InputStream in = new Pattern(bytes)) {
      Files.copy(in, file);
    }
    return file;
  }

  /** Native code would skip the first part, which another sealing wrote, and report success. */
  @ParameterizedTest
  @EnumSource(
      value = RequestChecksumCalculation.class,
      names = {"WHEN_REQUIRED", "WHEN_SUPPORTED"})
  void anUploadThatGoesOnIsRefusedBeforeAnythingIsSent(RequestChecksumCalculation checksums)
      throws IOException {
    String key = "paused-" + checksums;
    Path file = file(3L * PART);
    try (S3Client plain = E2e.plain(server.http());
        S3AsyncClient crt =
            E2e.sealingCrt(server.http(), b -> b.requestChecksumCalculation(checksums));
        S3TransferManager transfers = S3TransferManager.builder().s3Client(crt).build()) {
      String uploadId = plain.createMultipartUpload(b -> b.bucket(BUCKET).key(key)).uploadId();
      plain.uploadPart(
          b -> b.bucket(BUCKET).key(key).uploadId(uploadId).partNumber(1),
          RequestBody.fromBytes(new byte[PART]));
      ResumableFileUpload paused =
          ResumableFileUpload.builder()
              .fileLength(Files.size(file))
              .fileLastModified(Instant.ofEpochMilli(Files.getLastModifiedTime(file).toMillis()))
              .uploadFileRequest(
                  UploadFileRequest.builder()
                      .source(file)
                      .putObjectRequest(b -> b.bucket(BUCKET).key(key))
                      .build())
              .multipartUploadId(uploadId)
              .partSizeInBytes((long) PART)
              .totalParts(3L)
              .transferredParts(1L)
              .build();
      assertThatThrownBy(() -> transfers.resumeUploadFile(paused).completionFuture().join())
          .isInstanceOf(CompletionException.class)
          .cause()
          .isInstanceOf(ClavigerS3Exception.class)
          .hasMessageContaining("Upload the file again");
      assertThat(plain.listParts(b -> b.bucket(BUCKET).key(key).uploadId(uploadId)).parts())
          .as("the upload is as it was")
          .hasSize(1);
      assertThat(plain.listObjectsV2(b -> b.bucket(BUCKET).prefix(key)).contents()).isEmpty();
      plain.abortMultipartUpload(b -> b.bucket(BUCKET).key(key).uploadId(uploadId));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1_000, 2 * PART, 3 * PART + 17})
  void progressIsCountedInBytesOfTheFile(int length) throws IOException {
    Path file = file(length);
    List<Long> counted = new CopyOnWriteArrayList<>();
    List<Throwable> failures = new CopyOnWriteArrayList<>();
    try (S3AsyncClient crt = E2e.sealingCrt(server.http(), b -> {});
        S3TransferManager transfers = S3TransferManager.builder().s3Client(crt).build();
        S3Client s3 = E2e.sealing(server.http(), b -> {})) {
      var upload =
          transfers.uploadFile(
              u ->
                  u.source(file)
                      .putObjectRequest(b -> b.bucket(BUCKET).key("progress"))
                      .addTransferListener(
                          new TransferListener() {
                            @Override
                            public void bytesTransferred(Context.BytesTransferred context) {
                              counted.add(context.progressSnapshot().transferredBytes());
                            }

                            @Override
                            public void transferFailed(Context.TransferFailed context) {
                              failures.add(context.exception());
                            }
                          }));
      upload.completionFuture().join();
      assertThat(failures).isEmpty();
      assertThat(counted).isSorted().last().isEqualTo((long) length);
      assertThat(upload.progress().snapshot().transferredBytes()).isEqualTo(length);
      assertThat(upload.progress().snapshot().totalBytes()).hasValue(length);
      assertThat(upload.progress().snapshot().ratioTransferred()).hasValue(1.0);
      try (InputStream got = s3.getObject(b -> b.bucket(BUCKET).key("progress"))) {
        assertThat(Pattern.firstDifference(got, 0, length)).isEqualTo(-1);
      }
    }
  }

  /** Metadata that leave in front of the body hold the length; the body is written afterwards. */
  @Test
  void aBodyOfUnknownLengthIsRefusedBeforeAnythingIsSent() {
    ClavigerInterceptor spooling = E2e.builder().spool(Spool.temporary(1 << 20)).build();
    try (S3Client plain = E2e.plain(server.http());
        S3AsyncClient crt = E2e.sealingCrt(server.http(), spooling, b -> {})) {
      assertThatThrownBy(
              () ->
                  crt.putObject(
                          b -> b.bucket(BUCKET).key("unknown"),
                          AsyncRequestBody.forBlockingInputStream(null))
                      .join())
          .cause()
          .isInstanceOf(ClavigerS3Exception.class)
          .hasMessageContaining("a body of unknown length")
          .hasMessageContaining("multipart-enabled");
      assertThat(plain.listObjectsV2(b -> b.bucket(BUCKET).prefix("unknown")).contents()).isEmpty();
      assertThat(plain.listMultipartUploads(b -> b.bucket(BUCKET).prefix("unknown")).uploads())
          .isEmpty();
    }
  }

  @Test
  void aDownloadThatNativeCodeWouldWriteIsRefused() {
    try (S3AsyncClient crt = E2e.sealingCrt(server.http(), b -> {});
        S3TransferManager transfers = S3TransferManager.builder().s3Client(crt).build();
        S3Client s3 = E2e.sealing(server.http(), b -> {})) {
      s3.putObject(b -> b.bucket(BUCKET).key("d"), RequestBody.fromString("text"));
      Path target = folder.resolve("download");
      assertThatThrownBy(
              () ->
                  transfers
                      .downloadFile(
                          d ->
                              d.destination(target)
                                  .getObjectRequest(b -> b.bucket(BUCKET).key("d")))
                      .completionFuture()
                      .join())
          .cause()
          .isInstanceOf(ClavigerS3Exception.class);
      assertThat(target).doesNotExist();
    }
  }
}
