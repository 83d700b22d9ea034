package io.claviger.e2e.awskms;

import java.net.URI;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/** A program that knows nothing of Claviger. Arguments: store, bucket, object. */
final class UnchangedProgram {
  private UnchangedProgram() {}

  public static void main(String[] args) {
    try (S3Client s3 =
        S3Client.builder()
            .endpointOverride(URI.create(args[0]))
            .region(Region.US_EAST_1)
            .forcePathStyle(true)
            .build()) {
      s3.putObject(b -> b.bucket(args[1]).key(args[2]), RequestBody.fromString("plain text"));
      System.out.println(s3.getObjectAsBytes(b -> b.bucket(args[1]).key(args[2])).asUtf8String());
    }
  }
}
