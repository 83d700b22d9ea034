package io.claviger.e2e.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.claviger.e2e.env.E2e;
import io.claviger.e2e.env.EveryServer;
import io.claviger.e2e.env.S3Server;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.SdkPartType;

/**
 * Failures 6 and 8: a part uploaded twice is accepted and the object can never be read; parts only
 * in order, of multiples of 16 bytes, from one client.
 */
@EveryServer
class UploadIT {
  private static final String BUCKET = "interop-upload";
  private static final int PART = 5 << 20;
  private static final byte[] PLAIN = new byte[2 * PART + 100];

  @Parameter S3Server server;

  private Both both;

  @BeforeParameterizedClassInvocation
  static void bucket(S3Server server) {
    E2e.bucket(server, BUCKET);
    new Random(8).nextBytes(PLAIN);
  }

  @BeforeEach
  void open() {
    both = Both.over(server.http());
  }

  @AfterEach
  void close() {
    both.close();
  }

  private static String create(S3Client s3, String key) {
    return s3.createMultipartUpload(b -> b.bucket(BUCKET).key(key)).uploadId();
  }

  /** The plain client and ours ignore the type, which the S3 Encryption Client demands. */
  private static CompletedPart part(
      S3Client s3, String key, String id, int number, int from, int to) {
    String eTag =
        s3.uploadPart(
                b ->
                    b.bucket(BUCKET)
                        .key(key)
                        .uploadId(id)
                        .partNumber(number)
                        .contentLength((long) to - from)
                        .sdkPartType(to == PLAIN.length ? SdkPartType.LAST : SdkPartType.DEFAULT),
                RequestBody.fromBytes(Arrays.copyOfRange(PLAIN, from, to)))
            .eTag();
    return CompletedPart.builder().partNumber(number).eTag(eTag).build();
  }

  private static void complete(S3Client s3, String key, String id, List<CompletedPart> parts) {
    s3.completeMultipartUpload(
        b -> b.bucket(BUCKET).key(key).uploadId(id).multipartUpload(m -> m.parts(parts)));
  }

  private static byte[] get(S3Client s3, String key) {
    return s3.getObjectAsBytes(b -> b.bucket(BUCKET).key(key)).asByteArray();
  }

  private static void uploadWithOnePartTwice(S3Client s3, String key) {
    String id = create(s3, key);
    part(s3, key, id, 1, 0, PART);
    List<CompletedPart> parts = new ArrayList<>();
    parts.add(part(s3, key, id, 1, 0, PART));
    parts.add(part(s3, key, id, 2, PART, 2 * PART));
    parts.add(part(s3, key, id, 3, 2 * PART, PLAIN.length));
    complete(s3, key, id, parts);
  }

  @Test
  void theirsTakesAPartTwiceAndTheObjectIsLost() {
    uploadWithOnePartTwice(both.theirs(), "twice/theirs");
    assertThat(catchThrowable(() -> get(both.theirs(), "twice/theirs")))
        .hasStackTraceContaining("Tag mismatch");
  }

  @Test
  void oursTakesAPartTwiceAndTheObjectIsRead() {
    uploadWithOnePartTwice(both.ours(), "twice/ours");
    assertThat(get(both.ours(), "twice/ours")).isEqualTo(PLAIN);
  }

  @Test
  void theirsRefusesPartsOutOfOrder() {
    String id = create(both.theirs(), "order/theirs");
    assertThat(catchThrowable(() -> part(both.theirs(), "order/theirs", id, 2, PART, 2 * PART)))
        .hasStackTraceContaining("Parts are required to be uploaded in series");
  }

  @Test
  void theirsRefusesALengthThatIsNoMultipleOfSixteen() {
    String id = create(both.theirs(), "sixteen/theirs");
    assertThat(catchThrowable(() -> part(both.theirs(), "sixteen/theirs", id, 1, 0, PART + 1)))
        .hasStackTraceContaining("Invalid part size");
  }

  @Test
  void theirsRefusesAnUploadOfAnotherClient() {
    String id = create(both.theirs(), "other/theirs");
    try (S3Client other = Both.theirs(server.http(), b -> {})) {
      assertThat(catchThrowable(() -> part(other, "other/theirs", id, 1, 0, PART)))
          .hasStackTraceContaining("No client-side information available on upload ID");
    }
  }

  @Test
  void oursTakesPartsBackwardsOfAnyLengthFromTwoClients() {
    String id = create(both.ours(), "any/ours");
    try (S3Client other = E2e.sealing(server.http(), b -> {})) {
      List<CompletedPart> parts = new ArrayList<>();
      parts.add(part(both.ours(), "any/ours", id, 3, 2 * PART + 7, PLAIN.length));
      parts.add(0, part(other, "any/ours", id, 2, PART + 1, 2 * PART + 7));
      parts.add(0, part(both.ours(), "any/ours", id, 1, 0, PART + 1));
      complete(other, "any/ours", id, parts);
      assertThat(get(both.ours(), "any/ours")).isEqualTo(PLAIN);
    }
  }
}
