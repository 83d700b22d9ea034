package io.claviger.autoload;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/** A program that knows nothing of Claviger: says what it got back, or how it failed. */
final class Unaware {
  static final String TEXT = "plaintext of a program that knows nothing";

  private static final StaticCredentialsProvider CREDENTIALS =
      StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test"));

  private Unaware() {}

  public static void main(String[] args) throws IOException {
    URI endpoint = URI.create(args[0]);
    String bucket = args[1];
    for (int i = 2; i < args.length; i++) {
      String way = args[i];
      try {
        System.out.println(way + " OK " + run(way, endpoint, bucket));
      } catch (RuntimeException e) {
        Throwable cause = e instanceof CompletionException ? e.getCause() : e;
        System.out.println(
            way + " REFUSED " + cause.getClass().getSimpleName() + " " + cause.getMessage());
      }
    }
    System.exit(0);
  }

  private static String run(String way, URI endpoint, String bucket) throws IOException {
    return switch (way) {
      case "sync" -> sync(endpoint, bucket);
      case "unknown-length" -> unknownLength(endpoint, bucket);
      case "copy" -> copy(endpoint, bucket);
      case "list" -> list(endpoint, bucket);
      case "delete" -> delete(endpoint, bucket);
      case "crt" -> crt(endpoint, bucket, AsyncRequestBody.fromString(TEXT));
      case "crt-file" -> crtFile(endpoint, bucket);
      case "presign-put" -> presign(endpoint, bucket);
      default -> throw new IllegalArgumentException(way);
    };
  }

  private static S3Client client(URI endpoint) {
    return S3Client.builder()
        .endpointOverride(endpoint)
        .region(Region.US_EAST_1)
        .forcePathStyle(true)
        .credentialsProvider(CREDENTIALS)
        .build();
  }

  private static String sync(URI endpoint, String bucket) {
    try (S3Client s3 = client(endpoint)) {
      s3.putObject(b -> b.bucket(bucket).key("sync a"), RequestBody.fromString(TEXT));
      return s3.getObjectAsBytes(b -> b.bucket(bucket).key("sync a")).asUtf8String();
    }
  }

  private static String unknownLength(URI endpoint, String bucket) {
    try (S3Client s3 = client(endpoint)) {
      s3.putObject(
          b -> b.bucket(bucket).key("unknown"),
          RequestBody.fromContentProvider(
              () -> new ByteArrayInputStream(TEXT.getBytes(StandardCharsets.UTF_8)), "a/b"));
      return s3.getObjectAsBytes(b -> b.bucket(bucket).key("unknown")).asUtf8String();
    }
  }

  private static String copy(URI endpoint, String bucket) {
    try (S3Client s3 = client(endpoint)) {
      s3.copyObject(
          b ->
              b.sourceBucket(bucket)
                  .sourceKey("sync a")
                  .destinationBucket(bucket)
                  .destinationKey("copy"));
      return s3.getObjectAsBytes(b -> b.bucket(bucket).key("copy")).asUtf8String();
    }
  }

  private static String list(URI endpoint, String bucket) {
    try (S3Client s3 = client(endpoint)) {
      StringBuilder sizes = new StringBuilder();
      s3.listObjectsV2(b -> b.bucket(bucket))
          .contents()
          .forEach(o -> sizes.append(o.key()).append('=').append(o.size()).append(' '));
      return sizes.toString();
    }
  }

  private static String delete(URI endpoint, String bucket) {
    try (S3Client s3 = client(endpoint)) {
      s3.deleteObject(b -> b.bucket(bucket).key("nothing"));
      return "deleted";
    }
  }

  private static String crt(URI endpoint, String bucket, AsyncRequestBody body) {
    try (S3AsyncClient s3 =
        S3AsyncClient.crtBuilder()
            .endpointOverride(endpoint)
            .region(Region.US_EAST_1)
            .forcePathStyle(true)
            .credentialsProvider(CREDENTIALS)
            .build()) {
      s3.putObject(b -> b.bucket(bucket).key("crt"), body).join();
      return s3.getObject(b -> b.bucket(bucket).key("crt"), AsyncResponseTransformer.toBytes())
          .join()
          .asUtf8String();
    }
  }

  private static String crtFile(URI endpoint, String bucket) throws IOException {
    Path file = Files.createTempFile("unaware", ".txt");
    Files.writeString(file, TEXT);
    return crt(endpoint, bucket, AsyncRequestBody.fromFile(file));
  }

  private static String presign(URI endpoint, String bucket) {
    try (S3Presigner presigner =
        S3Presigner.builder()
            .endpointOverride(endpoint)
            .region(Region.US_EAST_1)
            .credentialsProvider(CREDENTIALS)
            .serviceConfiguration(S3Configuration.builder().pathStyleAccessEnabled(true).build())
            .build()) {
      return presigner
          .presignPutObject(
              b ->
                  b.signatureDuration(Duration.ofMinutes(1))
                      .putObjectRequest(p -> p.bucket(bucket).key("presigned")))
          .url()
          .getPath();
    }
  }
}
