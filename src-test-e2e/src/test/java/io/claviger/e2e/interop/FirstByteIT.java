package io.claviger.e2e.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.e2e.env.E2e;
import io.claviger.e2e.env.EveryServer;
import io.claviger.e2e.env.S3Server;
import java.io.IOException;
import java.io.InputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/** Failure 1: on the JDK's own provider a GET gives its first byte after the last one arrived. */
@EveryServer
class FirstByteIT {
  private static final String BUCKET = "first-byte";
  private static final int SIZE = 32 << 20;

  @Parameter S3Server server;

  @BeforeParameterizedClassInvocation
  static void bucket(S3Server server) {
    E2e.bucket(server, BUCKET);
  }

  /** Even with "delayed authentication", which is there to stream. */
  @Test
  void theirsHoldsTheWholeObject() throws IOException {
    StoredBytes arrived = new StoredBytes();
    try (Both both =
        Both.over(server.http(), b -> b.enableDelayedAuthenticationMode(true), arrived)) {
      assertThat(arrivedAtFirstByte(both.theirs(), arrived)).isEqualTo(SIZE + 16);
    }
  }

  @Test
  void oursReleasesTheFirstSegment() throws IOException {
    StoredBytes arrived = new StoredBytes();
    try (Both both = Both.over(server.http(), b -> {}, arrived)) {
      assertThat(arrivedAtFirstByte(both.ours(), arrived)).isBetween(65_536L, 1L << 20);
    }
  }

  private static long arrivedAtFirstByte(S3Client s3, StoredBytes arrived) throws IOException {
    s3.putObject(b -> b.bucket(BUCKET).key("k"), RequestBody.fromBytes(new byte[SIZE]));
    arrived.reset();
    try (InputStream in = s3.getObject(b -> b.bucket(BUCKET).key("k"))) {
      assertThat(in.read()).isZero();
      return arrived.count();
    }
  }
}
