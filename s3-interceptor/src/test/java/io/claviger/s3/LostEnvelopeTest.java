package io.claviger.s3;

import static io.claviger.s3.Reads.range;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.claviger.format.Preamble;
import io.claviger.object.FormatException;
import io.claviger.s3.PartStore.Stored;
import io.claviger.s3.api.ClavigerS3Exception;
import io.claviger.s3.api.PlaintextObjects;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;

/**
 * Where plaintext objects are allowed, a sealed object that lost its metadata is refused, whole and
 * by range, and plaintext that begins as it likes is read.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LostEnvelopeTest {
  private static final int LENGTH = 300_000;
  private static final String FIRST_BYTES = "bytes=0-97";
  private static final GetObjectRequest WHOLE =
      GetObjectRequest.builder().bucket("b").key("k").build();

  private final SdkHttpClient connections = Clients.apache();
  private final PartStore store = new PartStore();

  @AfterAll
  void stop() {
    store.close();
    connections.close();
  }

  private ClavigerInterceptor interceptor() {
    return TestKeys.interceptor()
        .httpClient(connections)
        .plaintextObjects(PlaintextObjects.ALLOW)
        .build();
  }

  static Stream<Arguments> clientsAndShapes() {
    return Arrays.stream(Downloads.values())
        .flatMap(d -> Stream.of(Shape.SINGLE, Shape.MULTI).map(s -> Arguments.of(d, s)));
  }

  @ParameterizedTest
  @MethodSource("clientsAndShapes")
  void ciphertextIsNotPlaintext(Downloads kind, Shape shape) {
    Stored sealed = shape.of(Shape.bytes(LENGTH), "e");
    store.put("b/k", new Stored(sealed.bytes(), Map.of(), sealed.parts(), sealed.eTag()));
    store.reset();
    try (Downloads.Client client = kind.over(store.endpoint(), connections, interceptor())) {
      for (String header :
          new String[] {
            "bytes=100-199",
            "bytes=1-1",
            "bytes=200000-",
            "bytes=-10",
            "bytes=0-9",
            "bytes=0-",
            null
          }) {
        GetObjectRequest request = header == null ? WHOLE : range("k", header);
        ClavigerS3Exception refused =
            catchThrowableOfType(ClavigerS3Exception.class, () -> client.get(request));
        assertThat(refused).as("%s", header).isNotNull();
        assertThat(refused.formatFailure()).contains(FormatException.Failure.ENVELOPE_INCOMPLETE);
      }
    }
    assertThat(
            store.requests.stream()
                .filter(r -> FIRST_BYTES.equals(r.headers().get("Range")))
                .count())
        .as("reads of the beginning")
        .isEqualTo(1);
  }

  /** Begins as a sealed object, up to one byte before its FLOE parameters end. */
  private static byte[] almost(int length, int wrong) {
    byte[] plain = Shape.bytes(length);
    byte[] preamble = new Preamble(true, 1, length, 0).encode();
    byte[] parameters = {0, 0, 0, 1, 0, 0x20, 0, 0, 0, 0x20};
    System.arraycopy(preamble, 0, plain, 0, Math.min(length, preamble.length));
    if (length >= 34) {
      System.arraycopy(parameters, 0, plain, 24, 10);
    }
    if (wrong < length) {
      plain[wrong] ^= 0x40;
    }
    return plain;
  }

  static Stream<Arguments> plaintexts() {
    return Arrays.stream(Downloads.values())
        .flatMap(
            d ->
                Stream.of(
                        almost(LENGTH, 4), // another version
                        almost(LENGTH, 33), // other parameters
                        almost(33, 33),
                        almost(34, 33),
                        almost(129, 33),
                        almost(131, 33),
                        "CLVG".getBytes(StandardCharsets.US_ASCII),
                        "CLV".getBytes(StandardCharsets.US_ASCII))
                    .map(plain -> Arguments.of(d, plain)));
  }

  @ParameterizedTest
  @MethodSource("plaintexts")
  void plaintextMayBeginWithTheMagic(Downloads kind, byte[] plain) {
    store.put("b/k", Shape.PLAIN.of(plain, "plain"));
    try (Downloads.Client client = kind.over(store.endpoint(), connections, interceptor())) {
      assertThat(client.get(WHOLE)).isEqualTo(plain);
      assertThat(client.get(range("k", "bytes=0-"))).isEqualTo(plain);
      assertThat(client.get(range("k", "bytes=0-1"))).isEqualTo(Arrays.copyOf(plain, 2));
      assertThat(client.get(range("k", "bytes=1-2"))).isEqualTo(Arrays.copyOfRange(plain, 1, 3));
      assertThat(client.get(range("k", "bytes=-1")))
          .isEqualTo(Arrays.copyOfRange(plain, plain.length - 1, plain.length));
    }
  }

  /** The object is another one, and so is what was remembered of its beginning. */
  @ParameterizedTest
  @EnumSource(Downloads.class)
  void theBeginningIsThatOfTheVersion(Downloads kind) {
    Stored sealed = Shape.SINGLE.of(Shape.bytes(LENGTH), "e");
    byte[] plain = Shape.bytes(sealed.bytes().length);
    try (Downloads.Client client = kind.over(store.endpoint(), connections, interceptor())) {
      for (int round = 0; round < 2; round++) {
        store.put("b/k", Shape.PLAIN.of(plain, "plain"));
        assertThat(client.get(range("k", "bytes=100-199")))
            .isEqualTo(Arrays.copyOfRange(plain, 100, 200));
        store.put("b/k", Stored.whole(sealed.bytes(), Map.of(), "stripped"));
        ClavigerS3Exception refused =
            catchThrowableOfType(
                ClavigerS3Exception.class, () -> client.get(range("k", "bytes=100-199")));
        assertThat(refused.formatFailure()).contains(FormatException.Failure.ENVELOPE_INCOMPLETE);
      }
    }
  }

  @Test
  void aCopyOfPlaintextThatBeginsWithTheMagicIsSealed() {
    String bucket = MockStore.bucket();
    byte[] plain = almost(70_000, 33);
    MockStore.PLAIN.putObject(b -> b.bucket(bucket).key("p"), RequestBody.fromBytes(plain));
    try (S3Client s3 = MockStore.with(interceptor())) {
      s3.copyObject(
          b -> b.sourceBucket(bucket).sourceKey("p").destinationBucket(bucket).destinationKey("k"));
      assertThat(MockStore.get(s3, bucket, "k")).isEqualTo(plain);
    }
    assertThat(MockStore.stored(bucket, "k").response().metadata()).containsKey("claviger");
  }
}
