package io.claviger.e2e.shapes;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.e2e.env.E2e;
import io.claviger.e2e.env.EveryServer;
import io.claviger.e2e.env.S3Server;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.GetObjectAttributesResponse;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ObjectAttributes;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Objects uploaded in parts, by a plain client and by ours: whole, by range and by part they read
 * the same, status and headers included; so does our copy.
 */
@EveryServer
class PartsIT {
  private static final String BUCKET = "parts";
  private static final int MIB = 1 << 20;

  @Parameter S3Server server;

  @BeforeParameterizedClassInvocation
  static void bucket(S3Server server) {
    E2e.bucket(server, BUCKET);
  }

  /** Equal parts, a last part with a closing part behind it, parts that only look equal. */
  static List<int[]> sizes() {
    return List.of(
        new int[] {8 * MIB, 8 * MIB, 3 * MIB + 5},
        new int[] {5 * MIB, 5 * MIB},
        new int[] {8 * MIB, 10 * MIB - 100, 6 * MIB + 68},
        new int[] {100});
  }

  private static void upload(S3Client s3, String key, byte[] plain, int[] sizes) {
    String id = s3.createMultipartUpload(b -> b.bucket(BUCKET).key(key)).uploadId();
    List<CompletedPart> parts = new ArrayList<>();
    int at = 0;
    for (int size : sizes) {
      int number = parts.size() + 1;
      RequestBody body = RequestBody.fromBytes(Arrays.copyOfRange(plain, at, at + size));
      String eTag =
          s3.uploadPart(b -> b.bucket(BUCKET).key(key).uploadId(id).partNumber(number), body)
              .eTag();
      parts.add(CompletedPart.builder().partNumber(number).eTag(eTag).build());
      at += size;
    }
    s3.completeMultipartUpload(
        b -> b.bucket(BUCKET).key(key).uploadId(id).multipartUpload(u -> u.parts(parts)));
  }

  private static String read(S3Client s3, String key, String range, Integer part) {
    try {
      ResponseBytes<GetObjectResponse> got =
          s3.getObjectAsBytes(b -> b.bucket(BUCKET).key(key).range(range).partNumber(part));
      return "%d %d %s %s %d"
          .formatted(
              got.response().sdkHttpResponse().statusCode(),
              got.response().contentLength(),
              got.response().contentRange(),
              got.response().partsCount(),
              Arrays.hashCode(got.asByteArray()));
    } catch (S3Exception e) {
      return "refused " + e.statusCode();
    }
  }

  private static String head(S3Client s3, String key, Integer part) {
    HeadObjectResponse head = s3.headObject(b -> b.bucket(BUCKET).key(key).partNumber(part));
    return head.contentLength() + " " + head.partsCount();
  }

  private static List<String> ranges(int[] sizes, int bytes) {
    int border = sizes[0];
    List<String> ranges = new ArrayList<>();
    ranges.add(null);
    ranges.add("bytes=0-0");
    ranges.add("bytes=%d-%d".formatted(border - 1, border));
    ranges.add("bytes=%d-%d".formatted(border, border + 70_000));
    ranges.add("bytes=%d-".formatted(Math.max(1, bytes - 70_000)));
    ranges.add("bytes=-1");
    ranges.add("bytes=-%d".formatted(bytes + 7));
    ranges.add("bytes=%d-%d".formatted(bytes / 2, bytes + 5));
    ranges.add("bytes=%d-".formatted(bytes));
    ranges.add("bytes=%d-".formatted(3L * bytes));
    return ranges;
  }

  @ParameterizedTest
  @MethodSource("sizes")
  void theyReadAsAPlainClientReadsThePlaintext(int[] sizes) {
    byte[] plain = new byte[Arrays.stream(sizes).sum()];
    new Random(sizes.length).nextBytes(plain);
    try (S3Client ours = E2e.sealing(server.http(), b -> {});
        S3Client theirs = E2e.plain(server.http())) {
      upload(ours, "sealed", plain, sizes);
      upload(theirs, "plain", plain, sizes);
      ours.copyObject(
          b ->
              b.sourceBucket(BUCKET)
                  .sourceKey("sealed")
                  .destinationBucket(BUCKET)
                  .destinationKey("copy"));
      for (String key : List.of("sealed", "copy")) {
        for (String range : ranges(sizes, plain.length)) {
          assertThat(read(ours, key, range, null))
              .as("%s %s", key, range)
              .isEqualTo(read(theirs, "plain", range, null));
        }
        for (int part = 1; part <= sizes.length + 1; part++) {
          assertThat(read(ours, key, null, part))
              .as("%s part %d", key, part)
              .isEqualTo(read(theirs, "plain", null, part));
        }
        assertThat(head(ours, key, null)).isEqualTo(head(theirs, "plain", null));
        assertThat(head(ours, key, 1)).isEqualTo(head(theirs, "plain", 1));
        attributes(ours, key, sizes);
      }
      long[] listed =
          ours.listObjectsV2(b -> b.bucket(BUCKET)).contents().stream()
              .mapToLong(o -> o.size())
              .toArray();
      assertThat(listed).containsOnly(plain.length);
    }
  }

  private static void attributes(S3Client ours, String key, int[] sizes) {
    GetObjectAttributesResponse got =
        ours.getObjectAttributes(
            b ->
                b.bucket(BUCKET)
                    .key(key)
                    .objectAttributes(ObjectAttributes.OBJECT_SIZE, ObjectAttributes.OBJECT_PARTS));
    assertThat(got.objectSize()).isEqualTo(Arrays.stream(sizes).sum());
    assertThat(got.objectParts().totalPartsCount()).isEqualTo(sizes.length);
    assertThat(got.objectParts().parts().stream().mapToInt(p -> p.size().intValue()).toArray())
        .isEqualTo(sizes);
  }
}
