package io.claviger.e2e.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.e2e.env.E2e;
import io.claviger.e2e.env.EveryServer;
import io.claviger.e2e.env.S3Server;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/**
 * Server, scheme, client, the SDK's checksum setting and the caller's own checksum, every one with
 * every other; both JDKs by running the suite on each.
 */
@EveryServer
class EveryClientIT {
  private static final String BUCKET = "every-client";
  private static final byte[] PLAIN = new byte[70_000];
  private static final byte[] LARGE = new byte[CallerKind.PART_BYTES + 70_000];

  @Parameter S3Server server;

  @BeforeParameterizedClassInvocation
  static void bucket(S3Server server) {
    E2e.bucket(server, BUCKET);
    new Random(7).nextBytes(PLAIN);
    new Random(8).nextBytes(LARGE);
  }

  static List<Arguments> combinations() {
    List<Arguments> all = new ArrayList<>();
    for (CallerKind kind : CallerKind.values()) {
      for (String scheme : List.of("http", "https")) {
        for (boolean always : new boolean[] {true, false}) {
          for (CallerChecksum checksum : CallerChecksum.values()) {
            all.add(Arguments.of(kind, scheme, always, checksum));
          }
        }
      }
    }
    return all;
  }

  @ParameterizedTest(name = "{0}, {1}, the SDK''s checksums {2}, the caller''s {3}")
  @MethodSource("combinations")
  void putHeadGetAndRange(CallerKind kind, String scheme, boolean always, CallerChecksum checksum) {
    URI endpoint = scheme.equals("https") ? server.https() : server.http();
    String key = "%s/%s/%s/%s".formatted(kind, scheme, always, checksum);
    try (Caller caller = kind.open(endpoint, always);
        S3Client plain = E2e.plain(endpoint)) {
      for (byte[] body : bodies(kind, checksum)) {
        caller.put(checksum.request(BUCKET, key, body), body);
        ResponseBytes<GetObjectResponse> opened = caller.get(BUCKET, key, null);
        assertThat(opened.asByteArray()).isEqualTo(body);
        if (body != LARGE) {
          assertThat(opened.response().contentLength()).isEqualTo(body.length);
        }
        assertThat(plain.getObjectAsBytes(b -> b.bucket(BUCKET).key(key)).asByteArray())
            .as("what the server holds")
            .hasSizeGreaterThan(body.length)
            .startsWith('C', 'L', 'V', 'G');
      }
      caller.put(checksum.request(BUCKET, key, PLAIN), PLAIN);
      assertThat(caller.get(BUCKET, key, "bytes=65530-65545").asByteArray())
          .isEqualTo(Arrays.copyOfRange(PLAIN, 65_530, 65_546));
    }
  }

  /**
   * In one part, over two, in the other, up to the end: by a client that knows nothing, then again.
   */
  @ParameterizedTest(name = "{0}")
  @EnumSource(CallerKind.class)
  void rangesOfAnObjectInParts(CallerKind kind) {
    String key = kind + "/in parts";
    int border = CallerKind.PART_BYTES;
    try (Caller uploads = CallerKind.MULTIPART.open(server.https(), true);
        Caller caller = kind.open(server.https(), true)) {
      uploads.put(CallerChecksum.NONE.request(BUCKET, key, LARGE), LARGE);
      for (int round = 0; round < 2; round++) {
        for (int first : new int[] {70_000, border - 100_000, border - 1, border + 65_000}) {
          int last = Math.min(LARGE.length - 1, first + 150_000);
          assertThat(caller.get(BUCKET, key, "bytes=%d-%d".formatted(first, last)).asByteArray())
              .as("from %d, round %d", first, round)
              .isEqualTo(Arrays.copyOfRange(LARGE, first, last + 1));
        }
        assertThat(caller.get(BUCKET, key, "bytes=-70001").asByteArray())
            .isEqualTo(Arrays.copyOfRange(LARGE, LARGE.length - 70_001, LARGE.length));
      }
    }
  }

  /**
   * Where a client splits objects: none that are empty, since a GET of one by it never completes in
   * AWS SDK 2.57.8, with a plain client either; and a large one, of which it returns the length of
   * the first part. S3 takes no checksum of all bytes with parts.
   */
  private static List<byte[]> bodies(CallerKind kind, CallerChecksum checksum) {
    if (!kind.splits()) {
      return List.of(PLAIN, new byte[0]);
    }
    return checksum.isGiven() ? List.of(PLAIN) : List.of(PLAIN, LARGE);
  }
}
