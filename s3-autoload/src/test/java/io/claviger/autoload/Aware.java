package io.claviger.autoload;

import io.claviger.backend.memory.MemoryBackend;
import io.claviger.jca.ClavigerProvider;
import io.claviger.s3.ClavigerInterceptor;
import io.claviger.service.KmsServiceManager;
import java.net.URI;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/** A program with an interceptor of its own, keys in memory, beside the drop-in. */
final class Aware {
  private Aware() {}

  public static void main(String[] args) {
    KmsServiceManager keys = KmsServiceManager.running(MemoryBackend.create(), "own");
    keys.manager().createKey("own");
    ClavigerInterceptor own =
        ClavigerInterceptor.builder().provider(new ClavigerProvider(keys)).build();
    try (S3Client s3 =
        S3Client.builder()
            .endpointOverride(URI.create(args[0]))
            .region(Region.US_EAST_1)
            .forcePathStyle(true)
            .credentialsProvider(
                StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
            .overrideConfiguration(c -> c.addExecutionInterceptor(own))
            .build()) {
      s3.putObject(b -> b.bucket(args[1]).key("aware"), RequestBody.fromString(Unaware.TEXT));
      s3.copyObject(
          b ->
              b.sourceBucket(args[1])
                  .sourceKey("aware")
                  .destinationBucket(args[1])
                  .destinationKey("aware copy"));
      System.out.println(
          "OK "
              + s3.getObjectAsBytes(b -> b.bucket(args[1]).key("aware copy")).asUtf8String()
              + " "
              + s3.listObjectsV2(b -> b.bucket(args[1])).contents().get(0).size());
    }
    System.exit(0);
  }
}
