package io.claviger.e2e.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.claviger.e2e.env.E2e;
import io.claviger.e2e.env.EveryServer;
import io.claviger.e2e.env.S3Server;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/** Failure 5: one 503, which the SDK repeats of itself, ends a PUT. */
@EveryServer
class OneServerErrorIT {
  private static final String BUCKET = "one-503";
  private static final byte[] PLAIN = new byte[200_000];

  @Parameter S3Server server;

  @BeforeParameterizedClassInvocation
  static void bucket(S3Server server) {
    E2e.bucket(server, BUCKET);
    new Random(5).nextBytes(PLAIN);
  }

  private static byte[] putAndGet(S3Client s3, OneServerError fault) {
    s3.putObject(b -> b.bucket(BUCKET).key("k"), RequestBody.fromBytes(PLAIN));
    assertThat(fault.happened()).isTrue();
    return s3.getObjectAsBytes(b -> b.bucket(BUCKET).key("k")).asByteArray();
  }

  @Test
  void thePlainClientRepeats() throws IOException {
    try (OneServerError fault = OneServerError.before(server.http());
        S3Client plain = E2e.plain(fault.endpoint())) {
      assertThat(putAndGet(plain, fault)).isEqualTo(PLAIN);
    }
  }

  @Test
  void theirsFails() throws IOException {
    try (OneServerError fault = OneServerError.before(server.http());
        S3Client theirs = Both.theirs(fault.endpoint(), b -> {})) {
      assertThat(catchThrowable(() -> putAndGet(theirs, fault))).isNotNull();
      assertThat(fault.happened()).isTrue();
    }
  }

  @Test
  void oursRepeats() throws IOException {
    try (OneServerError fault = OneServerError.before(server.http());
        S3Client ours = E2e.sealing(fault.endpoint(), b -> {})) {
      assertThat(putAndGet(ours, fault)).isEqualTo(PLAIN);
    }
  }
}
