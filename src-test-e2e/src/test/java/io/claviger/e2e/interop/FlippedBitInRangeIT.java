package io.claviger.e2e.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.claviger.e2e.env.E2e;
import io.claviger.e2e.env.EveryServer;
import io.claviger.e2e.env.S3Server;
import io.claviger.s3.api.ClavigerS3Exception;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/** Failure 3: ranges are not authenticated; a bit that somebody flips comes back as wrong bytes. */
@EveryServer
class FlippedBitInRangeIT {
  private static final String BUCKET = "flipped-bit";
  private static final String AMOUNT = "pay 1000 to A; ";
  private static final byte[] PLAIN = AMOUNT.repeat(10_000).getBytes();

  @Parameter S3Server server;
  private Both both;

  @BeforeParameterizedClassInvocation
  static void bucket(S3Server server) {
    E2e.bucket(server, BUCKET);
  }

  @BeforeEach
  void open() {
    both = Both.over(server.http(), b -> b.enableLegacyUnauthenticatedModes(true));
  }

  @AfterEach
  void close() {
    both.close();
  }

  private String rangeAfterFlip(S3Client s3, int storedBefore) {
    s3.putObject(b -> b.bucket(BUCKET).key("k"), RequestBody.fromBytes(PLAIN));
    int first = 1_500;
    assertThat(range(s3, "k", first)).isEqualTo(AMOUNT);
    both.flip(BUCKET, "k", storedBefore + first + 4);
    return range(s3, "k", first);
  }

  private static String range(S3Client s3, String key, int first) {
    String range = "bytes=%d-%d".formatted(first, first + AMOUNT.length() - 1);
    return s3.getObjectAsBytes(b -> b.bucket(BUCKET).key(key).range(range)).asUtf8String();
  }

  /** As above, of an object that was uploaded in parts; the bit is in the second. */
  private String rangeAfterFlipInParts(S3Client s3, int storedBefore) {
    byte[] plain = AMOUNT.repeat(InParts.LENGTH / AMOUNT.length() + 1).getBytes();
    InParts.put(s3, BUCKET, "parts", plain);
    int first = (InParts.PART / AMOUNT.length() + 100) * AMOUNT.length();
    assertThat(range(s3, "parts", first)).isEqualTo(AMOUNT);
    both.flip(BUCKET, "parts", storedBefore + first + 4);
    return range(s3, "parts", first);
  }

  @Test
  void theirsHandsOutAnotherAmountOfAnObjectInParts() {
    assertThat(rangeAfterFlipInParts(both.theirs(), 0)).isEqualTo("pay 0000 to A; ");
  }

  @Test
  void oursRefusesInAnObjectInParts() {
    int preamblesAndHeaders = 2 * 98;
    int segmentsOfPartOne = InParts.PART / 65_536 * 32;
    ClavigerS3Exception e =
        catchThrowableOfType(
            ClavigerS3Exception.class,
            () -> rangeAfterFlipInParts(both.ours(), preamblesAndHeaders + segmentsOfPartOne));
    assertThat(e.failure()).isEqualTo(ClavigerS3Exception.Failure.NOT_AUTHENTIC);
    assertThat(e).hasMessageContaining("part 2").hasMessageContaining("tag mismatch");
    assertThat(e.retryable()).isFalse();
  }

  @Test
  void theirsHandsOutAnotherAmount() {
    assertThat(rangeAfterFlip(both.theirs(), 0)).isEqualTo("pay 0000 to A; ");
  }

  @Test
  void oursRefuses() {
    int preambleAndHeader = 98;
    ClavigerS3Exception e =
        catchThrowableOfType(
            ClavigerS3Exception.class, () -> rangeAfterFlip(both.ours(), preambleAndHeader));
    assertThat(e.failure()).isEqualTo(ClavigerS3Exception.Failure.NOT_AUTHENTIC);
    assertThat(e).hasMessageContaining("tag mismatch");
    assertThat(e.retryable()).isFalse();
  }
}
