package io.claviger.e2e.shapes;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.e2e.env.E2e;
import io.claviger.e2e.env.EveryServer;
import io.claviger.e2e.env.Pattern;
import io.claviger.e2e.env.S3Server;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.Part;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;

/** Multipart uploads through an unchanged client, against real servers. */
@EveryServer
class MultipartIT {
  private static final String BUCKET = "multipart";
  private static final int PART = 5 << 20;

  @Parameter S3Server server;

  @BeforeParameterizedClassInvocation
  static void bucket(S3Server server) {
    E2e.bucket(server, BUCKET);
  }

  private static CompletedPart part(
      S3Client s3, String key, String id, int number, long first, long bytes, String algorithm) {
    UploadPartResponse answer =
        s3.uploadPart(
            b ->
                b.bucket(BUCKET)
                    .key(key)
                    .uploadId(id)
                    .partNumber(number)
                    .checksumAlgorithm(algorithm),
            RequestBody.fromContentProvider(
                () -> Pattern.from(first, bytes), bytes, "application/octet-stream"));
    CompletedPart.Builder part = CompletedPart.builder().partNumber(number).eTag(answer.eTag());
    return algorithm == null ? part.build() : part.applyMutation(p -> checksums(p, answer)).build();
  }

  private static void checksums(CompletedPart.Builder part, UploadPartResponse answer) {
    part.checksumCRC32(answer.checksumCRC32())
        .checksumSHA1(answer.checksumSHA1())
        .checksumSHA256(answer.checksumSHA256());
  }

  private static void assertObject(S3Client s3, String key, long bytes) throws IOException {
    try (InputStream opened = s3.getObject(b -> b.bucket(BUCKET).key(key))) {
      assertThat(Pattern.firstDifference(opened, 0, bytes)).isEqualTo(-1);
    }
  }

  @ParameterizedTest(name = "{0}, last part of {1} bytes")
  @CsvSource({
    "http, 0",
    "http, 1",
    "http, 65536",
    "http, 5240221",
    "http, 5240222",
    "https, 5242880",
    "https, 7"
  })
  void threePartsComeBack(String scheme, long last) throws IOException {
    URI endpoint = scheme.equals("https") ? server.https() : server.http();
    String key = "größe +%s/%d".formatted(scheme, last);
    try (S3Client s3 = E2e.sealing(endpoint, b -> {});
        S3Client plain = E2e.plain(endpoint)) {
      String id =
          s3.createMultipartUpload(b -> b.bucket(BUCKET).key(key).metadata(Map.of("author", "a")))
              .uploadId();
      List<CompletedPart> parts = new ArrayList<>();
      parts.add(part(s3, key, id, 1, 0, PART, null));
      parts.add(part(s3, key, id, 2, PART, PART + 1, null));
      parts.add(part(s3, key, id, 3, 2 * PART + 1, last, null));
      assertThat(s3.listParts(b -> b.bucket(BUCKET).key(key).uploadId(id)).parts())
          .filteredOn(p -> p.size() > 0)
          .extracting(Part::size)
          .startsWith((long) PART, PART + 1L);
      s3.completeMultipartUpload(
          b ->
              b.bucket(BUCKET)
                  .key(key)
                  .uploadId(id)
                  .mpuObjectSize(2L * PART + 1 + last)
                  .multipartUpload(m -> m.parts(parts)));
      assertObject(s3, key, 2L * PART + 1 + last);
      var stored = plain.headObject(b -> b.bucket(BUCKET).key(key));
      assertThat(stored.metadata())
          .containsEntry("author", "a")
          .containsEntry("claviger", "1;multi;names=object");
      plain.deleteObject(b -> b.bucket(BUCKET).key(key));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"CRC32", "SHA1", "SHA256"})
  void theClosingPartHasTheUploadsChecksum(String algorithm) throws IOException {
    String key = "sums/" + algorithm;
    try (S3Client s3 = E2e.sealing(server.http(), b -> {})) {
      String id =
          s3.createMultipartUpload(b -> b.bucket(BUCKET).key(key).checksumAlgorithm(algorithm))
              .uploadId();
      List<CompletedPart> parts = new ArrayList<>();
      parts.add(part(s3, key, id, 1, 0, PART, algorithm));
      parts.add(part(s3, key, id, 2, PART, PART, algorithm));
      s3.completeMultipartUpload(
          b -> b.bucket(BUCKET).key(key).uploadId(id).multipartUpload(m -> m.parts(parts)));
      assertObject(s3, key, 2L * PART);
    }
  }

  @Test
  void twoClientsUploadEightPartsAtOnceBackwards() throws Exception {
    String key = "at-once";
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try (S3Client one = E2e.sealing(server.http(), b -> {});
        S3Client two = E2e.sealing(server.http(), b -> {})) {
      String id = one.createMultipartUpload(b -> b.bucket(BUCKET).key(key)).uploadId();
      List<Future<CompletedPart>> sent = new ArrayList<>();
      for (int number = 8; number >= 1; number--) {
        int part = number;
        S3Client s3 = number % 2 == 0 ? one : two;
        sent.add(
            0,
            threads.submit(
                () -> part(s3, key, id, part, (part - 1L) * (PART + 3), PART + 3, null)));
      }
      List<CompletedPart> parts = new ArrayList<>();
      for (Future<CompletedPart> part : sent) {
        parts.add(part.get());
      }
      two.completeMultipartUpload(
          b -> b.bucket(BUCKET).key(key).uploadId(id).multipartUpload(m -> m.parts(parts)));
      assertObject(one, key, 8L * (PART + 3));
    } finally {
      threads.shutdownNow();
    }
  }
}
