package io.claviger.autoload;

import io.claviger.s3.ClavigerDropIn;
import java.io.IOException;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/** The unaware program as a class of a named module. */
final class InModules {
  private InModules() {}

  public static void main(String[] args) throws IOException {
    System.out.println("module " + InModules.class.getModule().getName());
    try (S3Client s3 = S3Client.builder().region(Region.US_EAST_1).build()) {
      ClavigerDropIn.requireOn(s3);
      System.out.println("required seals");
    }
    Unaware.main(args);
  }
}
