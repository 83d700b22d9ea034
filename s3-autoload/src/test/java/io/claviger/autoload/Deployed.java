package io.claviger.autoload;

import io.claviger.jca.ClavigerProvider;
import io.claviger.s3.ClavigerDropIn;
import io.claviger.s3.ClavigerInterceptor;
import io.claviger.s3.api.ClavigerS3Exception;
import java.net.URI;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/** An application with an interceptor of its own, in the class loader that it was deployed with. */
final class Deployed {
  private Deployed() {}

  /** Stores under the third name, reads it and the fourth, and lists. */
  static void run(String... args) {
    ClavigerProvider provider = new ClavigerProvider();
    ClavigerInterceptor own = ClavigerInterceptor.builder().provider(provider).build();
    try (S3Client s3 =
            client(args[0]).overrideConfiguration(c -> c.addExecutionInterceptor(own)).build();
        S3Client bare = client(args[0]).build()) {
      ClavigerDropIn.requireOn(s3);
      s3.putObject(b -> b.bucket(args[1]).key(args[2]), RequestBody.fromString(Unaware.TEXT));
      String read = s3.getObjectAsBytes(b -> b.bucket(args[1]).key(args[2])).asUtf8String();
      String other = s3.getObjectAsBytes(b -> b.bucket(args[1]).key(args[3])).asUtf8String();
      long size = s3.headObject(b -> b.bucket(args[1]).key(args[2])).contentLength();
      System.out.println(
          args[2] + " " + read.equals(other) + " " + size + " " + read + " " + refusal(bare));
    } finally {
      provider.serviceManager().stop();
    }
  }

  private static S3ClientBuilder client(String endpoint) {
    return S3Client.builder()
        .endpointOverride(URI.create(endpoint))
        .region(Region.US_EAST_1)
        .forcePathStyle(true)
        .credentialsProvider(Unaware.CREDENTIALS);
  }

  private static String refusal(S3Client bare) {
    try {
      ClavigerDropIn.requireOn(bare);
      return "seals";
    } catch (ClavigerS3Exception e) {
      return e.getMessage();
    }
  }
}
