package io.claviger.e2e.awskms;

import io.claviger.config.AwsCredentials.AccessKey;
import io.claviger.config.AwsKmsConfig;
import io.claviger.kms.KmsException;
import io.claviger.service.KmsServiceManager;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * One of several processes over one key. Makes sure that it exists, puts objects, reads those of
 * the process that standard input names, then reads on while the key is disabled and enabled; a
 * line for each step. Arguments: KMS, S3, account, bucket, name of the process.
 */
final class SharingProcess {
  static final String KEY = "shared";
  static final int OBJECTS = 20;

  private SharingProcess() {}

  private static String read(S3Client s3, String bucket, String name) {
    return s3.getObjectAsBytes(b -> b.bucket(bucket).key(name)).asUtf8String();
  }

  /** Returns the kind of the failure of one read, empty where it succeeds. */
  private static String failure(S3Client s3, String bucket, String name) {
    try {
      return read(s3, bucket, name).equals(name) ? "" : "OTHER BYTES";
    } catch (SdkException e) {
      KmsException failure = Services.kmsFailure(e);
      return failure.kind().name();
    }
  }

  public static void main(String[] args) throws Exception {
    AwsKmsConfig config =
        AwsKmsConfig.of(KmsServer.REGION)
            .withEndpointUrl(URI.create(args[0]))
            .withCredentials(AccessKey.of(args[2], "secret"));
    String bucket = args[3];
    KmsServiceManager service =
        Services.running(config, b -> b.defaultKeyId(KEY).strictDecrypt(true));
    BufferedReader input =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    System.out.println("KEY " + service.manager().ensureKey(KEY).keyId());
    try (S3Client s3 = Services.sealing(URI.create(args[1]), service, true)) {
      for (int i = 0; i < OBJECTS; i++) {
        String name = args[4] + "/" + i;
        s3.putObject(b -> b.bucket(bucket).key(name), RequestBody.fromString(name));
      }
      System.out.println("WROTE");
      String other = input.readLine();
      for (int i = 0; i < OBJECTS; i++) {
        String name = other + "/" + i;
        if (!read(s3, bucket, name).equals(name)) {
          throw new IllegalStateException(name + " is not what was written");
        }
      }
      System.out.println("READ");
      String name = other + "/0";
      String failure = failure(s3, bucket, name);
      while (failure.isEmpty()) {
        failure = failure(s3, bucket, name);
      }
      System.out.println("REFUSED " + failure);
      while (!failure.isEmpty()) {
        failure = failure(s3, bucket, name);
      }
      System.out.println("OPENS");
    }
    service.stop();
    System.exit(0);
  }
}
