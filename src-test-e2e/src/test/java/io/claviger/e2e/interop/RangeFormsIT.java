package io.claviger.e2e.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.claviger.e2e.env.E2e;
import io.claviger.e2e.env.EveryServer;
import io.claviger.e2e.env.S3Server;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Failure 4: the last ten bytes are the whole object, and past the end are no bytes, not a 416. Of
 * objects that were stored at once, and in parts.
 */
@EveryServer
class RangeFormsIT {
  private static final String BUCKET = "range-forms";
  private static final String PLAIN = "0123456789".repeat(100) + "the end...";

  @Parameter S3Server server;
  private Both both;

  @BeforeParameterizedClassInvocation
  static void bucket(S3Server server) {
    E2e.bucket(server, BUCKET);
  }

  @BeforeEach
  void open() {
    both = Both.over(server.http(), b -> b.enableLegacyUnauthenticatedModes(true));
    for (S3Client s3 : new S3Client[] {both.plain(), both.ours(), both.theirs()}) {
      s3.putObject(b -> b.bucket(BUCKET).key(key(s3)), RequestBody.fromString(PLAIN));
    }
  }

  @AfterEach
  void close() {
    both.close();
  }

  private String key(S3Client s3) {
    return s3 == both.plain() ? "plain" : s3 == both.ours() ? "ours" : "theirs";
  }

  private String range(S3Client s3, String range) {
    return range(s3, key(s3), range);
  }

  private static String range(S3Client s3, String key, String range) {
    return s3.getObjectAsBytes(b -> b.bucket(BUCKET).key(key).range(range)).asUtf8String();
  }

  private String inParts(S3Client s3, String range) {
    return range(s3, key(s3) + "/parts", range);
  }

  private int pastTheEnd(S3Client s3) {
    return catchThrowableOfType(S3Exception.class, () -> range(s3, "bytes=1010-1020")).statusCode();
  }

  @Test
  void whatThePlainClientGets() {
    assertThat(range(both.plain(), "bytes=-10")).isEqualTo("the end...");
    assertThat(pastTheEnd(both.plain())).isEqualTo(416);
  }

  @Test
  void theirsGivesAllAndNothing() {
    assertThat(range(both.theirs(), "bytes=-10")).isEqualTo(PLAIN);
    assertThat(range(both.theirs(), "bytes=1010-1020")).isEmpty();
  }

  @Test
  void oursGivesWhatThePlainClientGets() {
    assertThat(range(both.ours(), "bytes=-10")).isEqualTo("the end...");
    assertThat(pastTheEnd(both.ours())).isEqualTo(416);
  }

  @Test
  void theSameOfAnObjectInParts() {
    String plain = "0123456789".repeat(InParts.LENGTH / 10) + "the end...";
    for (S3Client s3 : new S3Client[] {both.plain(), both.ours(), both.theirs()}) {
      InParts.put(s3, BUCKET, key(s3) + "/parts", plain.getBytes());
    }
    String pastTheEnd = "bytes=%d-%d".formatted(plain.length(), plain.length() + 10);
    for (S3Client s3 : new S3Client[] {both.plain(), both.ours()}) {
      assertThat(inParts(s3, "bytes=-10")).isEqualTo("the end...");
      S3Exception e = catchThrowableOfType(S3Exception.class, () -> inParts(s3, pastTheEnd));
      assertThat(e.statusCode()).isEqualTo(416);
    }
    assertThat(inParts(both.theirs(), "bytes=-10")).hasSize(plain.length());
    assertThat(inParts(both.theirs(), pastTheEnd)).isEmpty();
  }
}
