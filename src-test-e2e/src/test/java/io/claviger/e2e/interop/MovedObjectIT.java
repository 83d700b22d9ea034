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

/** Failure 7: an object that somebody moved under another name opens as if it were that one. */
@EveryServer
class MovedObjectIT {
  private static final String BUCKET = "moved-object";

  @Parameter S3Server server;
  private Both both;

  @BeforeParameterizedClassInvocation
  static void bucket(S3Server server) {
    E2e.bucket(server, BUCKET);
  }

  @BeforeEach
  void open() {
    both = Both.over(server.http());
  }

  @AfterEach
  void close() {
    both.close();
  }

  private String salaryOfB(S3Client s3) {
    s3.putObject(b -> b.bucket(BUCKET).key("salary of A"), RequestBody.fromString("1,000,000"));
    s3.putObject(b -> b.bucket(BUCKET).key("salary of B"), RequestBody.fromString("1,000"));
    both.plain()
        .copyObject(
            b ->
                b.sourceBucket(BUCKET)
                    .sourceKey("salary of A")
                    .destinationBucket(BUCKET)
                    .destinationKey("salary of B"));
    return s3.getObjectAsBytes(b -> b.bucket(BUCKET).key("salary of B")).asUtf8String();
  }

  @Test
  void theirsOpensIt() {
    assertThat(salaryOfB(both.theirs())).isEqualTo("1,000,000");
  }

  @Test
  void oursRefusesWithBothNames() {
    ClavigerS3Exception e =
        catchThrowableOfType(ClavigerS3Exception.class, () -> salaryOfB(both.ours()));
    assertThat(e.failure()).isEqualTo(ClavigerS3Exception.Failure.NOT_AUTHENTIC);
    assertThat(e).hasMessageContaining("salary of A").hasMessageContaining("salary of B");
  }
}
