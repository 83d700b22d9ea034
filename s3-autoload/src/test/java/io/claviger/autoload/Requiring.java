package io.claviger.autoload;

import io.claviger.s3.ClavigerDropIn;
import io.claviger.s3.api.ClavigerS3Exception;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import software.amazon.awssdk.core.SdkClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3Client;

/** A program that wants to know, of every kind of client, whether it seals. */
final class Requiring {
  private Requiring() {}

  public static void main(String[] args) {
    clients(URI.create(args[0]))
        .forEach(
            (name, client) -> {
              try {
                ClavigerDropIn.requireOn(client);
                System.out.println(name + " seals");
              } catch (ClavigerS3Exception e) {
                System.out.println(name + " " + e.failure() + " " + e.getMessage());
              }
            });
    System.exit(0);
  }

  private static Map<String, SdkClient> clients(URI endpoint) {
    Map<String, SdkClient> clients = new LinkedHashMap<>();
    clients.put("sync", S3Client.builder().region(Region.US_EAST_1).build());
    clients.put(
        "cross-region",
        S3Client.builder().region(Region.US_EAST_1).crossRegionAccessEnabled(true).build());
    clients.put(
        "async",
        S3AsyncClient.builder().region(Region.US_EAST_1).endpointOverride(endpoint).build());
    clients.put(
        "multipart",
        S3AsyncClient.builder()
            .region(Region.US_EAST_1)
            .multipartEnabled(true)
            .crossRegionAccessEnabled(true)
            .build());
    clients.put("crt", S3AsyncClient.crtBuilder().region(Region.US_EAST_1).build());
    clients.put(
        "crt-cross-region",
        S3AsyncClient.crtBuilder().region(Region.US_EAST_1).crossRegionAccessEnabled(true).build());
    return clients;
  }
}
