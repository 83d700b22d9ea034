package io.claviger.e2e.vault;

import io.claviger.config.AuthMethod;
import io.claviger.config.KmsConfig;
import io.claviger.e2e.env.E2e;
import io.claviger.jca.ClavigerProvider;
import io.claviger.s3.ClavigerInterceptor;
import io.claviger.service.KmsServiceManager;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;

/**
 * One process of a job: writes its share of the objects, half of them in parts as S3A's committers
 * do, or reads it. Several threads, each with an interceptor of its own, defaults throughout.
 */
final class JobCalls {
  private static final int THREADS = 4;

  private JobCalls() {}

  /** Arguments: Vault, token, store, bucket, {@code write} or {@code read}, first, behind last. */
  public static void main(String[] args) {
    KmsServiceManager service = new KmsServiceManager();
    service.configure(
        KmsConfig.builder(Steps.transit(URI.create(args[0]), AuthMethod.Token.of(args[1])))
            .allowInsecureDevDefaults(true)
            .defaultKeyId("k")
            .build());
    service.start();
    int first = Integer.parseInt(args[5]);
    int end = Integer.parseInt(args[6]);
    List<S3Client> clients =
        IntStream.range(0, THREADS).mapToObj(i -> client(service, URI.create(args[2]))).toList();
    IntStream.range(0, THREADS)
        .parallel()
        .forEach(
            thread -> {
              for (int i = first + thread; i < end; i += THREADS) {
                if (args[4].equals("write")) {
                  write(clients.get(thread), args[3], i);
                } else {
                  read(clients.get(thread), args[3], i);
                }
              }
            });
    service.stop();
    System.exit(0);
  }

  private static S3Client client(KmsServiceManager service, URI store) {
    ClavigerInterceptor interceptor =
        ClavigerInterceptor.builder()
            .provider(new ClavigerProvider(service))
            .httpClient(E2e.trusting())
            .build();
    return E2e.plain(store, interceptor);
  }

  private static RequestBody body(int number) {
    return RequestBody.fromString("order " + number);
  }

  private static void write(S3Client s3, String bucket, int number) {
    String key = "part-" + number;
    if (number % 2 == 0) {
      s3.putObject(b -> b.bucket(bucket).key(key), body(number));
      return;
    }
    String id = s3.createMultipartUpload(b -> b.bucket(bucket).key(key)).uploadId();
    String eTag =
        s3.uploadPart(b -> b.bucket(bucket).key(key).uploadId(id).partNumber(1), body(number))
            .eTag();
    CompletedPart part = CompletedPart.builder().partNumber(1).eTag(eTag).build();
    s3.completeMultipartUpload(
        b -> b.bucket(bucket).key(key).uploadId(id).multipartUpload(m -> m.parts(part)));
  }

  private static void read(S3Client s3, String bucket, int number) {
    byte[] found = s3.getObjectAsBytes(b -> b.bucket(bucket).key("part-" + number)).asByteArray();
    if (!new String(found, StandardCharsets.UTF_8).equals("order " + number)) {
      throw new IllegalStateException("part-" + number + " is not what was written");
    }
  }
}
