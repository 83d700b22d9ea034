package io.claviger.e2e.shapes;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.e2e.env.E2e;
import io.claviger.e2e.env.EveryServer;
import io.claviger.e2e.env.Pattern;
import io.claviger.e2e.env.S3Server;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/** Every size over every kind of connection, through an unchanged client. */
@EveryServer
class ShapesIT {
  private static final String BUCKET = "shapes";
  private static final long[] SIZES = {0, 1, 65_535, 65_536, 65_537, 5 << 20, (100 << 20) + 1};

  @Parameter S3Server server;

  @BeforeParameterizedClassInvocation
  static void buckets(S3Server server) {
    E2e.bucket(server, BUCKET);
  }

  static List<Arguments> connections() {
    List<Arguments> all = new ArrayList<>();
    for (String scheme : List.of("http", "https")) {
      for (boolean chunked : new boolean[] {true, false}) {
        for (long size : SIZES) {
          all.add(Arguments.of(scheme, chunked, size));
        }
      }
    }
    return all;
  }

  @ParameterizedTest(name = "{0}, chunked {1}, {2} bytes")
  @MethodSource("connections")
  void whatGoesUpComesBack(String scheme, boolean chunked, long size) throws IOException {
    URI endpoint = scheme.equals("https") ? server.https() : server.http();
    String key = "%s/%s/größe +%d".formatted(scheme, chunked, size);
    try (S3Client s3 =
            E2e.sealing(
                endpoint, b -> b.serviceConfiguration(c -> c.chunkedEncodingEnabled(chunked)));
        S3Client plain = E2e.plain(endpoint)) {
      s3.putObject(
          b -> b.bucket(BUCKET).key(key),
          RequestBody.fromContentProvider(
              () -> new Pattern(size), size, "application/octet-stream"));
      assertThat(s3.headObject(b -> b.bucket(BUCKET).key(key)).contentLength()).isEqualTo(size);
      try (ResponseInputStream<GetObjectResponse> opened =
          s3.getObject(b -> b.bucket(BUCKET).key(key))) {
        assertThat(opened.response().contentLength()).isEqualTo(size);
        assertThat(Pattern.firstDifference(opened, 0, size)).isEqualTo(-1);
      }
      if (size > 10) {
        range(s3, key, "bytes=-10", size - 10, 10);
        long middle = size / 2;
        range(s3, key, "bytes=" + middle + "-", middle, size - middle);
        range(s3, key, "bytes=%d-%d".formatted(middle, middle + 3), middle, 4);
      }
      byte[] head =
          plain.getObjectAsBytes(b -> b.bucket(BUCKET).key(key).range("bytes=0-3")).asByteArray();
      assertThat(head).as("what the server holds").containsExactly('C', 'L', 'V', 'G');
      plain.deleteObject(b -> b.bucket(BUCKET).key(key));
    }
  }

  private static void range(S3Client s3, String key, String range, long first, long length)
      throws IOException {
    try (ResponseInputStream<GetObjectResponse> opened =
        s3.getObject(b -> b.bucket(BUCKET).key(key).range(range))) {
      assertThat(opened.response().contentLength()).isEqualTo(length);
      assertThat(Pattern.firstDifference(opened, first, length)).as(range).isEqualTo(-1);
    }
  }
}
