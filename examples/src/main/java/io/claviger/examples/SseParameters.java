package io.claviger.examples;

import io.claviger.backend.memory.MemoryBackend;
import io.claviger.jca.ClavigerProvider;
import io.claviger.s3.ClavigerInterceptor;
import io.claviger.service.KmsServiceManager;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;

/** SSE-S3, SSE-KMS and SSE-C as existing callers write them; nothing of them reaches the store. */
public final class SseParameters {
  private static final String BUCKET = "sse-parameters";
  private static final String ARN = "arn:aws:kms:eu-central-1:111122223333:key/orders";

  private SseParameters() {}

  /**
   * Runs the example.
   *
   * @param args an S3 endpoint; without it a server is started inside this JVM
   */
  public static void main(String[] args) throws GeneralSecurityException {
    KmsServiceManager keys = KmsServiceManager.running(MemoryBackend.create(), "default");
    keys.manager().createKey("default");
    keys.manager().createKey("orders");
    ClavigerInterceptor interceptor =
        ClavigerInterceptor.builder()
            .provider(new ClavigerProvider(keys))
            .kmsKeyAlias(ARN, "orders")
            .build();
    try (Store store = Store.open(args.length == 0 ? null : URI.create(args[0]));
        S3Client s3 = store.client(interceptor);
        S3Client plain = store.client()) {
      plain.createBucket(b -> b.bucket(BUCKET));
      sseS3(s3);
      sseKms(s3);
      sseC(s3);
      plain
          .listObjectsV2(b -> b.bucket(BUCKET))
          .contents()
          .forEach(
              o ->
                  System.out.println(
                      o.key()
                          + " in the store: "
                          + plain
                              .headObject(b -> b.bucket(BUCKET).key(o.key()))
                              .metadata()
                              .keySet()));
    }
  }

  private static void sseS3(S3Client s3) {
    s3.putObject(
        b -> b.bucket(BUCKET).key("sse-s3").serverSideEncryption(ServerSideEncryption.AES256),
        RequestBody.fromString("under the default key"));
    System.out.println(
        "sse-s3: " + s3.headObject(b -> b.bucket(BUCKET).key("sse-s3")).serverSideEncryption());
  }

  private static void sseKms(S3Client s3) {
    String context =
        Base64.getEncoder().encodeToString("{\"tenant\":\"7\"}".getBytes(StandardCharsets.UTF_8));
    s3.putObject(
        b ->
            b.bucket(BUCKET)
                .key("sse-kms")
                .serverSideEncryption(ServerSideEncryption.AWS_KMS)
                .ssekmsKeyId(ARN)
                .ssekmsEncryptionContext(context)
                .bucketKeyEnabled(true),
        RequestBody.fromString("under the key orders, for tenant 7"));
    HeadObjectResponse head = s3.headObject(b -> b.bucket(BUCKET).key("sse-kms"));
    System.out.println("sse-kms: " + head.serverSideEncryption() + " " + head.ssekmsKeyId());
  }

  private static void sseC(S3Client s3) throws GeneralSecurityException {
    byte[] key = new byte[32];
    new SecureRandom().nextBytes(key);
    String base64 = Base64.getEncoder().encodeToString(key);
    String md5 = Base64.getEncoder().encodeToString(MessageDigest.getInstance("MD5").digest(key));
    s3.putObject(
        b ->
            b.bucket(BUCKET)
                .key("sse-c")
                .sseCustomerAlgorithm("AES256")
                .sseCustomerKey(base64)
                .sseCustomerKeyMD5(md5),
        RequestBody.fromString("under the customer's own key"));
    String text =
        s3.getObjectAsBytes(
                b ->
                    b.bucket(BUCKET)
                        .key("sse-c")
                        .sseCustomerAlgorithm("AES256")
                        .sseCustomerKey(base64)
                        .sseCustomerKeyMD5(md5))
            .asUtf8String();
    System.out.println("sse-c: " + text);
    try {
      s3.getObjectAsBytes(b -> b.bucket(BUCKET).key("sse-c"));
    } catch (S3Exception e) {
      System.out.println("sse-c without its key: status " + e.statusCode());
    }
  }
}
