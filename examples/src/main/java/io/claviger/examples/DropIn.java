package io.claviger.examples;

import java.net.URI;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * A program that knows nothing of Claviger: its imports are the JDK's and the AWS SDK's. With
 * {@code claviger-s3-autoload} and its configuration beside it, what it stores is sealed.
 */
public final class DropIn {
  private static final String KEY = "letters/hello.txt";

  private DropIn() {}

  /**
   * Puts an object, lists it and reads it back.
   *
   * @param args endpoint and bucket
   */
  public static void main(String[] args) {
    try (S3Client s3 =
        S3Client.builder()
            .endpointOverride(URI.create(args[0]))
            .region(Region.US_EAST_1)
            .forcePathStyle(true)
            .credentialsProvider(
                StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
            .build()) {
      String bucket = args[1];
      s3.putObject(b -> b.bucket(bucket).key(KEY), RequestBody.fromString("hello, store"));
      s3.listObjectsV2(b -> b.bucket(bucket))
          .contents()
          .forEach(o -> System.out.println(o.key() + " has " + o.size() + " bytes"));
      System.out.println(
          "read back: " + s3.getObjectAsBytes(b -> b.bucket(bucket).key(KEY)).asUtf8String());
    }
  }
}
