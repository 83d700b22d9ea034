package io.claviger.autoload;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.transfer.s3.S3TransferManager;
import software.amazon.awssdk.transfer.s3.model.CompletedDirectoryUpload;

/** Asynchronous clients, on Netty and on the CRT, and what is built on them. */
final class UnawareAsync {
  static final Map<String, Unaware.Way> WAYS =
      Map.of(
          "async", (e, b) -> bytes(netty(e, false), b, "a"),
          "async-multipart", (e, b) -> bytes(netty(e, true), b, "m"),
          "async-upload-file", (e, b) -> uploadFile(netty(e, true), b),
          "crt", (e, b) -> bytes(crt(e), b, "a"),
          "crt-file", (e, b) -> file(crt(e), b),
          "crt-upload-file", (e, b) -> uploadAndGet(crt(e), b),
          "crt-download-file", (e, b) -> downloadFile(crt(e), b),
          "crt-upload-large", (e, b) -> uploadLarge(crt(e), b),
          "crt-upload-directory", (e, b) -> uploadDirectory(crt(e), b));

  private UnawareAsync() {}

  private static S3AsyncClient netty(URI endpoint, boolean multipart) {
    return S3AsyncClient.builder()
        .endpointOverride(endpoint)
        .region(Region.US_EAST_1)
        .forcePathStyle(true)
        .credentialsProvider(Unaware.CREDENTIALS)
        .multipartEnabled(multipart)
        .build();
  }

  private static S3AsyncClient crt(URI endpoint) {
    return S3AsyncClient.crtBuilder()
        .endpointOverride(endpoint)
        .region(Region.US_EAST_1)
        .forcePathStyle(true)
        .credentialsProvider(Unaware.CREDENTIALS)
        .build();
  }

  private static Path textFile() throws IOException {
    Path file = Files.createTempDirectory("unaware").resolve("text");
    return Files.writeString(file, Unaware.TEXT);
  }

  private static String get(S3AsyncClient s3, String bucket, String key) {
    return s3.getObject(b -> b.bucket(bucket).key(key), AsyncResponseTransformer.toBytes())
        .join()
        .asUtf8String();
  }

  private static String bytes(S3AsyncClient s3, String bucket, String key) {
    s3.putObject(b -> b.bucket(bucket).key(key), AsyncRequestBody.fromString(Unaware.TEXT)).join();
    return get(s3, bucket, key);
  }

  private static String file(S3AsyncClient s3, String bucket) throws IOException {
    s3.putObject(b -> b.bucket(bucket).key("f"), AsyncRequestBody.fromFile(textFile())).join();
    return get(s3, bucket, "f");
  }

  private static String uploadAndGet(S3AsyncClient s3, String bucket) throws IOException {
    Path source = textFile();
    S3TransferManager.builder()
        .s3Client(s3)
        .build()
        .uploadFile(u -> u.source(source).putObjectRequest(b -> b.bucket(bucket).key("u")))
        .completionFuture()
        .join();
    return get(s3, bucket, "u");
  }

  private static String uploadFile(S3AsyncClient s3, String bucket) throws IOException {
    uploadAndGet(s3, bucket);
    Path target = Files.createTempDirectory("unaware").resolve("back");
    S3TransferManager.builder()
        .s3Client(s3)
        .build()
        .downloadFile(d -> d.destination(target).getObjectRequest(b -> b.bucket(bucket).key("u")))
        .completionFuture()
        .join();
    return Files.readString(target);
  }

  /** To a file that native code writes. */
  private static String downloadFile(S3AsyncClient s3, String bucket) throws IOException {
    s3.putObject(b -> b.bucket(bucket).key("w"), AsyncRequestBody.fromString(Unaware.TEXT)).join();
    Path target = Files.createTempDirectory("unaware").resolve("back");
    s3.getObject(b -> b.bucket(bucket).key("w"), target).join();
    return Files.readString(target);
  }

  private static String uploadLarge(S3AsyncClient s3, String bucket) throws IOException {
    Path source = textFile();
    Files.writeString(source, Unaware.TEXT.repeat(500_000));
    S3TransferManager.builder()
        .s3Client(s3)
        .build()
        .uploadFile(u -> u.source(source).putObjectRequest(b -> b.bucket(bucket).key("large")))
        .completionFuture()
        .join();
    return get(s3, bucket, "large").substring(0, Unaware.TEXT.length());
  }

  private static String uploadDirectory(S3AsyncClient s3, String bucket) throws IOException {
    Path source = textFile().getParent();
    CompletedDirectoryUpload done =
        S3TransferManager.builder()
            .s3Client(s3)
            .build()
            .uploadDirectory(u -> u.source(source).bucket(bucket).s3Prefix("d"))
            .completionFuture()
            .join();
    if (!done.failedTransfers().isEmpty()) {
      return done.failedTransfers().toString();
    }
    return get(s3, bucket, "d/text");
  }
}
