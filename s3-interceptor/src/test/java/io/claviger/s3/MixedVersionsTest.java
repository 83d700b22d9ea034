package io.claviger.s3;

import static io.claviger.s3.Reads.range;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.claviger.encryption.EncryptionService;
import io.claviger.encryption.ObjectName;
import io.claviger.encryption.ObjectOpener;
import io.claviger.encryption.ReaderPolicy;
import io.claviger.encryption.SealRequest;
import io.claviger.object.NameBinding;
import io.claviger.s3.PartStore.Answer;
import io.claviger.s3.PartStore.Stored;
import io.claviger.s3.api.ClavigerS3Exception;
import io.claviger.s3.api.ClavigerS3Exception.Failure;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Clients that fetch an object part after part name its ETag from the second part on. A store that
 * serves an older version there, under that version's ETag or under the one that was named, is
 * refused: no file of two versions comes out.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MixedVersionsTest {
  private static final int LENGTH = 300_000;

  private final SdkHttpClient connections = Clients.apache();
  private final PartStore store = new PartStore();
  private final byte[] plain = Shape.bytes(LENGTH);
  private final byte[] older = new byte[LENGTH];

  MixedVersionsTest() {
    new Random(7).nextBytes(older);
  }

  @BeforeEach
  void honest() {
    store.ignoresConditions = false;
    store.before = seen -> {};
    store.lie = answer -> answer;
  }

  @AfterAll
  void stop() {
    store.close();
    connections.close();
  }

  private ClavigerInterceptor interceptor() {
    return TestKeys.interceptor().httpClient(connections).build();
  }

  static Stream<Arguments> clientsInParts() {
    return Stream.of(Downloads.MULTIPART, Downloads.TRANSFER)
        .flatMap(d -> Stream.of(true, false).map(forged -> Arguments.of(d, forged)));
  }

  static Stream<Arguments> kindsAndShapes() {
    return Arrays.stream(Reads.Kind.values())
        .flatMap(k -> Stream.of(Shape.SINGLE, Shape.MULTI).map(s -> Arguments.of(k, s)));
  }

  /** Ranges of a request, in the stored bytes, that are those of the first part. */
  private static boolean isFirstPart(Map<String, String> headers) {
    String range = headers.getOrDefault("Range", "");
    return range.startsWith("bytes=0-") || range.startsWith("bytes=98-");
  }

  /** New, old, old: from the second part that is asked for on. */
  @ParameterizedTest
  @MethodSource("clientsInParts")
  void newOldOldIsRefused(Downloads kind, boolean forged) {
    Stored now = Shape.MULTI.of(plain, "new");
    Stored old = Shape.MULTI.of(older, forged ? "new" : "old");
    store.put("b/k", now);
    store.ignoresConditions = true;
    try (Downloads.Client client = kind.over(store.endpoint(), connections, interceptor())) {
      GetObjectRequest whole = GetObjectRequest.builder().bucket("b").key("k").build();
      assertThat(client.get(whole)).isEqualTo(plain);
      store.before =
          seen ->
              store.put(
                  "b/k",
                  seen.headers().containsKey("If-Match") && !isFirstPart(seen.headers())
                      ? old
                      : now);
      ClavigerS3Exception refused =
          catchThrowableOfType(ClavigerS3Exception.class, () -> client.get(whole));
      assertThat(refused).isNotNull();
      assertThat(refused.failure()).isEqualTo(Failure.PROTOCOL);
      assertThat(refused).hasMessageContaining(forged ? "another data key" : "If-Match named");
    }
  }

  private static GetObjectRequest pinned(String ifMatch) {
    return range("k", "bytes=100-199").toBuilder().ifMatch(ifMatch).build();
  }

  private void isRefused(Reads reads, GetObjectRequest request, String why) {
    ClavigerS3Exception refused =
        catchThrowableOfType(ClavigerS3Exception.class, () -> reads.get(request));
    assertThat(refused).as("%s of %s", why, request).isNotNull();
    assertThat(refused.failure()).isEqualTo(Failure.PROTOCOL);
    assertThat(refused).hasMessageContaining(why);
  }

  @ParameterizedTest
  @MethodSource("kindsAndShapes")
  void theAnswerHasTheETagThatWasNamed(Reads.Kind kind, Shape shape) {
    store.put("b/k", shape.of(plain, "e"));
    String eTag = store.objects.get("/b/k").eTag();
    String bare = eTag.replace("\"", "");
    byte[] slice = Arrays.copyOfRange(plain, 100, 200);
    try (Reads reads = kind.over(store.endpoint(), connections, interceptor())) {
      store.ignoresConditions = true;
      for (String meets : new String[] {eTag, bare, "W/" + eTag, "*", "\"x\", " + eTag}) {
        assertThat(reads.get(pinned(meets)).asByteArray()).as(meets).isEqualTo(slice);
      }
      for (String other : new String[] {"\"x\"", "x", "\"x\", \"y\""}) {
        isRefused(reads, pinned(other), "If-Match named");
        isRefused(
            reads,
            GetObjectRequest.builder().bucket("b").key("k").ifMatch(other).build(),
            "If-Match named");
        ClavigerS3Exception head =
            catchThrowableOfType(
                ClavigerS3Exception.class,
                () ->
                    reads.head(
                        HeadObjectRequest.builder().bucket("b").key("k").ifMatch(other).build()));
        assertThat(head.failure()).isEqualTo(Failure.PROTOCOL);
      }
      store.ignoresConditions = false;
      S3Exception notMet =
          catchThrowableOfType(S3Exception.class, () -> reads.get(pinned("\"x\"")));
      assertThat(notMet.statusCode()).isEqualTo(412);
    }
  }

  @ParameterizedTest
  @EnumSource(Reads.Kind.class)
  void anAnswerWithoutAnETagIsNotTheOneThatWasNamed(Reads.Kind kind) {
    store.put("b/k", Shape.SINGLE.of(plain, "e"));
    store.ignoresConditions = true;
    store.lie =
        answer -> {
          Map<String, String> headers = new TreeMap<>(answer.headers());
          headers.remove("ETag");
          return new Answer(answer.status(), headers, answer.body());
        };
    try (Reads reads = kind.over(store.endpoint(), connections, interceptor())) {
      isRefused(reads, pinned("\"e\""), "missing");
      assertThat(reads.get(pinned("*")).asByteArray()).hasSize(100);
      assertThat(reads.get(range("k", "bytes=100-199")).asByteArray()).hasSize(100);
    }
  }

  /** Whatever was asked for, and whether the caller named an ETag or not. */
  @ParameterizedTest
  @MethodSource("kindsAndShapes")
  void anotherDataKeyUnderOneETagIsRefused(Reads.Kind kind, Shape shape) {
    for (Shape other : new Shape[] {Shape.SINGLE, Shape.MULTI}) {
      Stored now = shape.of(plain, "e");
      Stored old = other.of(older, "x");
      store.put("b/k", now);
      try (Reads reads = kind.over(store.endpoint(), connections, interceptor())) {
        byte[] slice = Arrays.copyOfRange(plain, 100, 200);
        assertThat(reads.get(range("k", "bytes=100-199")).asByteArray()).isEqualTo(slice);
        store.put("b/k", new Stored(old.bytes(), old.metadata(), old.parts(), now.eTag()));
        isRefused(reads, range("k", "bytes=100-199"), "another data key");
        isRefused(reads, pinned(now.eTag()), "another data key");
        isRefused(
            reads, GetObjectRequest.builder().bucket("b").key("k").build(), "another data key");
        store.put("b/k", now);
        assertThat(reads.get(range("k", "bytes=100-199")).asByteArray()).isEqualTo(slice);
        store.put("b/k", old); // overwritten, and said so
        assertThat(reads.get(range("k", "bytes=100-199")).asByteArray())
            .isEqualTo(Arrays.copyOfRange(older, 100, 200));
      }
    }
  }

  /** A new envelope around the same data key keeps the bytes, and on many stores the ETag. */
  @ParameterizedTest
  @MethodSource("kindsAndShapes")
  void aReWrappedEnvelopeIsTheSameObject(Reads.Kind kind, Shape shape) {
    Stored now = shape.of(plain, "e");
    store.put("b/k", now);
    try (Reads reads = kind.over(store.endpoint(), connections, interceptor())) {
      byte[] slice = Arrays.copyOfRange(plain, 100, 200);
      assertThat(reads.get(range("k", "bytes=100-199")).asByteArray()).isEqualTo(slice);
      Map<String, String> again = rewrapped(now.metadata());
      assertThat(again.get("claviger-dek")).isNotEqualTo(now.metadata().get("claviger-dek"));
      store.put("b/k", new Stored(now.bytes(), again, now.parts(), now.eTag()));
      for (int round = 0; round < 2; round++) {
        assertThat(reads.get(pinned(now.eTag())).asByteArray()).isEqualTo(slice);
        assertThat(reads.get(GetObjectRequest.builder().bucket("b").key("k").build()).asByteArray())
            .isEqualTo(plain);
      }
    }
  }

  private static Map<String, String> rewrapped(Map<String, String> metadata) {
    EncryptionService encryption = new EncryptionService(TestKeys.provider());
    ObjectName name = new ObjectName("b", "k");
    ReaderPolicy policy = new ReaderPolicy(NameBinding.OBJECT, false, Map.of(), Set.of());
    ObjectOpener opener = encryption.openObject(name, metadata, policy, null, null);
    return encryption.rewrap(opener, SealRequest.of(name)).fields();
  }
}
