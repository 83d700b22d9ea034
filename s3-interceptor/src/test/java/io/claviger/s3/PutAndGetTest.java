package io.claviger.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** What an application sees, and what is stored. */
public class PutAndGetTest {
  private final TinyStore store = new TinyStore();
  private final S3Client s3 = Clients.with(store.endpoint(), TestKeys.interceptor().build());

  @AfterEach
  void stop() {
    s3.close();
    store.close();
  }

  public static byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  private void put(String key, byte[] bytes) {
    s3.putObject(b -> b.bucket("b").key(key), RequestBody.fromBytes(bytes));
  }

  private byte[] get(String key, String range) {
    return s3.getObjectAsBytes(b -> b.bucket("b").key(key).range(range)).asByteArray();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 65535, 65536, 65537, 5 << 20})
  void comesBackAsItWas(int length) {
    byte[] plain = bytes(length);
    put("k", plain);
    ResponseInputStream<GetObjectResponse> got = s3.getObject(b -> b.bucket("b").key("k"));
    assertThat(got.response().contentLength()).isEqualTo(length);
    assertThat(got).hasBinaryContent(plain);
    HeadObjectResponse head = s3.headObject(b -> b.bucket("b").key("k"));
    assertThat(head.contentLength()).isEqualTo(length);
    assertThat(head.hasMetadata()).isTrue();
    assertThat(head.metadata()).isEmpty();
    byte[] stored = store.object("b/k").bytes();
    assertThat(stored.length).isEqualTo(98 + length + 32 * Math.max(1, (length + 65535) / 65536));
  }

  @Test
  void nothingOfThePlaintextLiesInTheStore() {
    byte[] secret = "the secret of the house ".repeat(4000).getBytes(StandardCharsets.US_ASCII);
    put("k", secret);
    String stored = new String(store.object("b/k").bytes(), StandardCharsets.ISO_8859_1);
    assertThat(stored).startsWith("CLVG").doesNotContain("secret");
  }

  @Test
  void theCallersOwnMetadataPassesBothWays() {
    s3.putObject(
        b -> b.bucket("b").key("k").metadata(Map.of("owner", "me")), RequestBody.fromString("x"));
    assertThat(s3.headObject(b -> b.bucket("b").key("k")).metadata())
        .isEqualTo(Map.of("owner", "me"));
    assertThat(store.object("b/k").metadata()).containsEntry("x-amz-meta-owner", "me");
  }

  @Test
  void aDirectoryMarkerStaysEmpty() {
    put("folder/", new byte[0]);
    assertThat(store.object("b/folder/").bytes()).isEmpty();
    assertThat(store.object("b/folder/").metadata().keySet())
        .noneMatch(name -> name.startsWith("x-amz-meta-"));
    assertThat(get("folder/", null)).isEmpty();
    assertThat(s3.headObject(b -> b.bucket("b").key("folder/")).contentLength()).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "bytes=0-0, 0, 1",
    "bytes=65535-65536, 65535, 65537",
    "bytes=65536-131071, 65536, 131072",
    "bytes=100-200000, 100, 200000",
    "bytes=199999-, 199999, 200000",
    "bytes=5-, 5, 200000",
    "bytes=-1, 199999, 200000",
    "bytes=-10, 199990, 200000",
    "bytes=-70000, 130000, 200000",
    "bytes=-999999, 0, 200000"
  })
  void ranges(String range, int from, int to) {
    byte[] plain = bytes(200_000);
    put("k", plain);
    var got = s3.getObjectAsBytes(b -> b.bucket("b").key("k").range(range));
    assertThat(got.asByteArray()).isEqualTo(Arrays.copyOfRange(plain, from, to));
    assertThat(got.response().contentLength()).isEqualTo(to - from);
    assertThat(got.response().contentRange())
        .isEqualTo("bytes " + from + "-" + (to - 1) + "/200000");
    var head = s3.headObject(b -> b.bucket("b").key("k").range(range));
    assertThat(head.contentLength()).isEqualTo(to - from);
    assertThat(store.count("GET")).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"bytes=0-1,5-6", "bytes=7-3", "nonsense"})
  void rangesThatS3IgnoresGiveTheWholeObject(String range) {
    byte[] plain = bytes(1000);
    put("k", plain);
    assertThat(get("k", range)).isEqualTo(plain);
  }

  @ParameterizedTest
  @CsvSource({
    "10, bytes=10-",
    "10, bytes=10-20",
    "10, bytes=99999999-",
    "0, bytes=0-",
    "10, bytes=-0"
  })
  void aRangeBehindTheEndIs416(int length, String range) {
    put("k", bytes(length));
    assertThatThrownBy(() -> get("k", range))
        .isInstanceOfSatisfying(S3Exception.class, e -> assertThat(e.statusCode()).isEqualTo(416))
        .hasMessageNotContaining("Claviger");
    assertThat(store.count("GET")).isEqualTo(1);
  }

  @Test
  void aHeadOfARangeBehindTheEndIs416Too() {
    put("k", bytes(10));
    assertThatThrownBy(() -> s3.headObject(b -> b.bucket("b").key("k").range("bytes=10-")))
        .isInstanceOfSatisfying(S3Exception.class, e -> assertThat(e.statusCode()).isEqualTo(416));
  }

  @Test
  void anAbsentObjectIs404() {
    assertThatThrownBy(() -> get("none", null))
        .isInstanceOfSatisfying(S3Exception.class, e -> assertThat(e.statusCode()).isEqualTo(404));
  }

  @Test
  void streamsSkipTransferAndTellWhatIsReady() throws Exception {
    byte[] plain = bytes(200_000);
    put("k", plain);
    try (InputStream in = s3.getObject(b -> b.bucket("b").key("k"))) {
      assertThat(in.read()).isEqualTo(plain[0] & 0xff);
      assertThat(in.available()).isEqualTo(65535);
      in.skipNBytes(99_999);
      assertThat(in.readNBytes(10)).isEqualTo(Arrays.copyOfRange(plain, 100_000, 100_010));
      var rest = new java.io.ByteArrayOutputStream();
      assertThat(in.transferTo(rest)).isEqualTo(99_990);
      assertThat(rest.toByteArray()).isEqualTo(Arrays.copyOfRange(plain, 100_010, 200_000));
      assertThat(in.read()).isEqualTo(-1);
    }
  }

  @Test
  void stoppingEarlyIsNoError() throws Exception {
    put("k", bytes(5 << 20));
    try (InputStream in = s3.getObject(b -> b.bucket("b").key("k"))) {
      assertThat(in.readNBytes(100)).hasSize(100);
    }
    ResponseInputStream<GetObjectResponse> in = s3.getObject(b -> b.bucket("b").key("k"));
    in.readNBytes(100);
    in.abort();
    assertThat(get("k", "bytes=0-9")).hasSize(10);
  }

  @Test
  void aGetThatIsCutOffIsRepeated() {
    byte[] plain = bytes(500_000);
    put("k", plain);
    store.cutGets.set(1);
    assertThat(get("k", null)).isEqualTo(plain);
    assertThat(store.count("GET")).isEqualTo(2);
  }
}
