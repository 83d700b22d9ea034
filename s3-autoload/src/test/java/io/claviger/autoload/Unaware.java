package io.claviger.autoload;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletionException;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.KmsException;
import software.amazon.awssdk.services.s3.S3Client;

/** A program that knows nothing of Claviger: says what it got back, or how it failed. */
final class Unaware {
  static final String TEXT = "plaintext of a program that knows nothing";

  static final StaticCredentialsProvider CREDENTIALS =
      StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test"));

  private Unaware() {}

  public static void main(String[] args) throws IOException {
    URI endpoint = URI.create(args[0]);
    String bucket = args[1];
    for (int i = 2; i < args.length; i++) {
      String way = args[i];
      try {
        System.out.println(way + " OK " + WAYS.get(way).run(endpoint, bucket));
      } catch (RuntimeException e) {
        Throwable cause = e instanceof CompletionException ? e.getCause() : e;
        System.out.println(
            way + " REFUSED " + cause.getClass().getSimpleName() + " " + cause.getMessage());
      }
    }
    System.exit(0);
  }

  /** A way to use S3; gives back what was read. */
  interface Way {
    String run(URI endpoint, String bucket) throws IOException;
  }

  private static final Map<String, Way> WAYS = new HashMap<>();

  static {
    WAYS.put("sync", Unaware::sync);
    WAYS.put("unknown-length", Unaware::unknownLength);
    WAYS.put("copy", Unaware::copy);
    WAYS.put("list", Unaware::list);
    WAYS.put("list-odd-keys", Unaware::listOddKeys);
    WAYS.put("part-again", Unaware::partAgain);
    WAYS.put("another-service", Unaware::anotherService);
    WAYS.put("delete", Unaware::delete);
    WAYS.putAll(UnawareAsync.WAYS);
    WAYS.putAll(UnawarePresigning.WAYS);
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

  /**
   * Keys that a decoding too many or too few would mix up; large, so that a size costs a request.
   */
  private static String listOddKeys(URI endpoint, String bucket) {
    try (S3Client s3 = client(endpoint)) {
      byte[] large = new byte[5 << 20];
      s3.putObject(b -> b.bucket(bucket).key("odd a b"), RequestBody.fromBytes(large));
      s3.putObject(b -> b.bucket(bucket).key("odd a%20b"), RequestBody.fromString(TEXT));
      s3.putObject(b -> b.bucket(bucket).key("odd a+b%2520"), RequestBody.fromBytes(large));
      StringBuilder sizes = new StringBuilder();
      s3.listObjectsV2(b -> b.bucket(bucket).prefix("odd"))
          .contents()
          .forEach(o -> sizes.append(o.key()).append('=').append(o.size()).append(' '));
      return sizes.toString();
    }
  }

  /** A part that fails for want of bytes and is sent again with the length that it has. */
  private static String partAgain(URI endpoint, String bucket) {
    try (S3Client s3 = client(endpoint)) {
      String id = s3.createMultipartUpload(b -> b.bucket(bucket).key("parts")).uploadId();
      byte[] text = TEXT.getBytes(StandardCharsets.UTF_8);
      try {
        s3.uploadPart(
            b -> b.bucket(bucket).key("parts").uploadId(id).partNumber(1),
            RequestBody.fromInputStream(new ByteArrayInputStream(text), text.length + 1));
        return "too few bytes were taken";
      } catch (SdkException e) {
        String tag =
            s3.uploadPart(
                    b -> b.bucket(bucket).key("parts").uploadId(id).partNumber(1),
                    RequestBody.fromBytes(text))
                .eTag();
        s3.completeMultipartUpload(
            b ->
                b.bucket(bucket)
                    .key("parts")
                    .uploadId(id)
                    .multipartUpload(u -> u.parts(p -> p.partNumber(1).eTag(tag))));
        return s3.getObjectAsBytes(b -> b.bucket(bucket).key("parts")).asUtf8String();
      }
    }
  }

  /** Another service's client: the store answers that it does not know such requests. */
  private static String anotherService(URI endpoint, String bucket) {
    try (KmsClient kms =
        KmsClient.builder()
            .endpointOverride(endpoint)
            .region(Region.US_EAST_1)
            .credentialsProvider(CREDENTIALS)
            .build()) {
      return kms.generateRandom(b -> b.numberOfBytes(1)).toString();
    } catch (KmsException e) {
      return "asked, and answered with " + (e.statusCode() >= 400);
    }
  }

  private static String delete(URI endpoint, String bucket) {
    try (S3Client s3 = client(endpoint)) {
      s3.deleteObject(b -> b.bucket(bucket).key("nothing"));
      return "deleted";
    }
  }
}
