package io.claviger.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.s3.PartStore.Stored;
import io.claviger.s3.api.ChangedMetadata;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Random objects of one and of several parts, read whole, by range and by part: what the caller
 * gets is what a plain client gets of the plaintext, status and headers included.
 */
class PartsSameAsPlainTest {
  private static final int SEGMENT = 65_536;
  private static final SdkHttpClient CONNECTIONS = Clients.apache();
  private static PartStore store;
  private static S3Client plain;

  @BeforeContainer
  static void start() {
    store = new PartStore();
    plain = Clients.plain(store.endpoint());
  }

  @AfterContainer
  static void stop() {
    plain.close();
    store.close();
  }

  /**
   * An object.
   *
   * @param sizes plaintext of its parts
   * @param multi whether it was uploaded in parts
   * @param offsets bit n: the writer of part n knew its offset
   * @param closing whether a closing part follows
   * @param copied whether the store lost the bounds of the parts
   */
  record Shape(List<Integer> sizes, boolean multi, int offsets, boolean closing, boolean copied) {
    int bytes() {
      return multi ? sizes.stream().mapToInt(i -> i).sum() : sizes.get(0);
    }

    int[] parts() {
      return sizes.stream().mapToInt(i -> i).toArray();
    }
  }

  /** A request; of a and b a range or part is made. */
  record Asked(int form, int a, int b, boolean head) {}

  private static Arbitrary<Integer> sizes() {
    Arbitrary<Integer> near =
        Arbitraries.of(1, SEGMENT, 2 * SEGMENT)
            .flatMap(n -> Arbitraries.integers().between(Math.max(1, n - 1), n + 1));
    return Arbitraries.oneOf(near, Arbitraries.integers().between(1, 200_000));
  }

  @Provide
  Arbitrary<Shape> shapes() {
    Arbitrary<List<Integer>> odd = sizes().list().ofMinSize(1).ofMaxSize(6);
    Arbitrary<List<Integer>> equal =
        Combinators.combine(sizes(), Arbitraries.integers().between(1, 5), sizes())
            .as(
                (size, count, last) -> {
                  List<Integer> all = new ArrayList<>();
                  IntStream.range(0, count).forEach(i -> all.add(size));
                  all.add(1 + (last - 1) % size);
                  return all;
                });
    Arbitrary<List<Integer>> empty = Arbitraries.just(List.of(0));
    return Combinators.combine(
            Arbitraries.frequencyOf(
                net.jqwik.api.Tuple.of(5, odd),
                net.jqwik.api.Tuple.of(5, equal),
                net.jqwik.api.Tuple.of(1, empty)),
            Arbitraries.of(true, true, true, false),
            Arbitraries.frequencyOf(
                net.jqwik.api.Tuple.of(2, Arbitraries.just(-1)),
                net.jqwik.api.Tuple.of(1, Arbitraries.integers())),
            Arbitraries.of(true, false),
            Arbitraries.of(true, false))
        .as(Shape::new);
  }

  @Provide
  Arbitrary<List<Asked>> requests() {
    return Combinators.combine(
            Arbitraries.integers().between(0, 9),
            Arbitraries.integers().between(0, 1_000_000),
            Arbitraries.integers().between(0, 1_000_000),
            Arbitraries.of(true, false, false))
        .as(Asked::new)
        .list()
        .ofMinSize(2)
        .ofMaxSize(8);
  }

  private static String range(Shape shape, Asked asked) {
    int bytes = Math.max(1, shape.bytes());
    int a = asked.a() % (bytes + 2);
    int b = asked.b() % (bytes + 2);
    int border = shape.sizes().get(0) - 1 + asked.a() % 3;
    return switch (asked.form()) {
      case 0 -> "bytes=" + a + "-" + Math.max(a, b);
      case 1 -> "bytes=" + a + "-";
      case 2 -> "bytes=-" + b;
      case 3 -> "bytes=" + border + "-" + (border + asked.b() % 3);
      case 4 -> "bytes=0-0,5-6";
      case 5 -> "bytes=" + (bytes - 1 + asked.a() % 3) + "-";
      case 6 -> "bytes=" + b + "-" + (b - 1);
      default -> null;
    };
  }

  private static Integer part(Shape shape, Asked asked) {
    return asked.form() < 7 ? null : 1 + asked.a() % (shape.sizes().size() + 2);
  }

  private static String outcome(S3Client s3, String key, Shape shape, Asked asked) {
    String range = range(shape, asked);
    Integer part = asked.form() == 7 ? null : part(shape, asked);
    try {
      if (asked.head()) {
        HeadObjectResponse head =
            s3.headObject(b -> b.bucket("b").key(key).range(range).partNumber(part));
        return "%d %d %s %s %s"
            .formatted(
                head.sdkHttpResponse().statusCode(),
                head.contentLength(),
                head.sdkHttpResponse().firstMatchingHeader("Content-Range").orElse(""),
                head.partsCount(),
                head.metadata());
      }
      ResponseBytes<GetObjectResponse> got =
          s3.getObjectAsBytes(b -> b.bucket("b").key(key).range(range).partNumber(part));
      return "%d %d %s %s %s %s"
          .formatted(
              got.response().sdkHttpResponse().statusCode(),
              got.response().contentLength(),
              got.response().contentRange(),
              got.response().partsCount(),
              got.response().metadata(),
              Arrays.hashCode(got.asByteArray()));
    } catch (S3Exception e) {
      String code = e.awsErrorDetails() == null ? "" : e.awsErrorDetails().errorCode();
      return "refused " + e.statusCode() + (asked.head() ? "" : code);
    }
  }

  @Property(tries = 100)
  void everyReadLooksTheSame(
      @ForAll("shapes") Shape shape, @ForAll("requests") List<Asked> requests, @ForAll long seed) {
    byte[] bytes = new byte[shape.bytes()];
    new Random(seed).nextBytes(bytes);
    store.put("b/plain", plainObject(shape, bytes));
    store.put("b/sealed", sealedObject(shape, bytes));
    try (S3Client sealed =
        Clients.with(
            store.endpoint(),
            b -> b.httpClient(CONNECTIONS),
            TestKeys.interceptor() // the objects' own metadata was put beside them later
                .metadata(ChangedMetadata.IGNORE)
                .httpClient(CONNECTIONS)
                .build())) {
      for (Asked asked : requests) {
        assertThat(outcome(sealed, "sealed", shape, asked))
            .as("%s %s %s", asked, range(shape, asked), part(shape, asked))
            .isEqualTo(outcome(plain, "plain", shape, asked));
      }
    }
  }

  private static Stored plainObject(Shape shape, byte[] bytes) {
    return new Stored(
        bytes, Map.of("own", "1"), shape.multi() ? shape.sizes() : List.of(), "\"p\"");
  }

  private static Stored sealedObject(Shape shape, byte[] bytes) {
    if (!shape.multi()) {
      return singleObject(bytes);
    }
    boolean closing = shape.closing() && shape.bytes() > 0;
    SealedParts parts =
        SealedParts.of(
            "b", "sealed", bytes, shape.parts(), n -> (shape.offsets() >> n & 1) == 1, closing);
    Stored stored = Stored.ofParts(parts.parts(), withOwn(parts.metadata()), "s");
    return shape.copied() ? stored.copied() : stored;
  }

  private static Map<String, String> withOwn(Map<String, String> envelope) {
    Map<String, String> all = new java.util.TreeMap<>(envelope);
    all.put("own", "1");
    return all;
  }

  private static Stored singleObject(byte[] bytes) {
    SealedParts one = SealedParts.single("b", "sealed", bytes);
    return Stored.whole(one.body(), withOwn(one.metadata()), "s");
  }
}
