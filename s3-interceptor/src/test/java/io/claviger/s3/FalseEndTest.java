package io.claviger.s3;

import static io.claviger.s3.Reads.part;
import static io.claviger.s3.Reads.range;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.claviger.s3.PartStore.Answer;
import io.claviger.s3.PartStore.Stored;
import io.claviger.s3.Reads.Kind;
import io.claviger.s3.api.ClavigerS3Exception;
import io.claviger.s3.api.PlaintextObjects;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
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
 * To a caller that reads until a 416, the 416 means that a file has ended. The store's owner must
 * not be able to make one up, and a true one must reach the caller as a client without the
 * interceptor gets it.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FalseEndTest {
  private static final int LONG = 300_000;
  private static final int SHORT = 120_000;
  private static final List<String> RANGES =
      List.of("bytes=0-", "bytes=0-0", "bytes=100-", "bytes=70000-70009", "bytes=-10");

  private final SdkHttpClient connections = Clients.apache();
  private final PartStore store = new PartStore();
  private final AtomicBoolean get = new AtomicBoolean();

  @AfterEach
  void truth() {
    store.lie = answer -> answer;
    store.before = seen -> {};
  }

  @AfterAll
  void stop() {
    store.close();
    connections.close();
  }

  private Reads reads(Kind kind, PlaintextObjects plaintext) {
    return kind.over(
        store.endpoint(),
        connections,
        TestKeys.interceptor().httpClient(connections).plaintextObjects(plaintext).build());
  }

  private Reads plainClient() {
    return Kind.SYNC.over(store.endpoint(), connections);
  }

  /** From now on every GET of something there is answered as if it were not. */
  private void lieToGets() {
    store.before = seen -> get.set(seen.method().equals("GET"));
    store.lie = a -> get.get() && a.status() < 300 ? new Answer(416, Map.of(), new byte[0]) : a;
  }

  static Stream<Arguments> kindsAndShapes() {
    return Arrays.stream(Kind.values())
        .flatMap(k -> Stream.of(Shape.SINGLE, Shape.MULTI).map(s -> Arguments.of(k, s)));
  }

  private static void isRefused(Reads reads, GetObjectRequest request) {
    ClavigerS3Exception lie =
        catchThrowableOfType(ClavigerS3Exception.class, () -> reads.get(request));
    assertThat(lie).as(request.toString()).isNotNull();
    assertThat(lie.failure()).isEqualTo(ClavigerS3Exception.Failure.PROTOCOL);
    assertThat(lie).hasMessageContaining("416");
  }

  @ParameterizedTest
  @MethodSource("kindsAndShapes")
  void aMadeUpEndIsRefused(Kind kind, Shape shape) {
    store.put("b/k", shape.of(Shape.bytes(LONG), "long"));
    for (PlaintextObjects plaintext : PlaintextObjects.values()) {
      for (boolean seenBefore : new boolean[] {true, false}) {
        for (String range : RANGES) {
          truth();
          try (Reads reads = reads(kind, plaintext)) {
            if (seenBefore) {
              reads.get(range("k", range));
            }
            lieToGets();
            isRefused(reads, range("k", range));
            isRefused(reads, range("k", range));
            isRefused(reads, part("k", 1));
          }
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void aMadeUpEndOfADescriptionIsRefused(Kind kind) {
    store.put("b/k", Shape.MULTI.of(Shape.bytes(LONG), "long"));
    HeadObjectRequest request =
        HeadObjectRequest.builder().bucket("b").key("k").range("bytes=5-9").build();
    try (Reads reads = reads(kind, PlaintextObjects.REJECT)) {
      assertThat(reads.head(request).contentLength()).isEqualTo(5);
      store.before =
          seen -> get.set(seen.method().equals("HEAD") && seen.headers().containsKey("Range"));
      store.lie = a -> get.get() ? new Answer(416, Map.of(), new byte[0]) : a;
      ClavigerS3Exception lie =
          catchThrowableOfType(ClavigerS3Exception.class, () -> reads.head(request));
      assertThat(lie.failure()).isEqualTo(ClavigerS3Exception.Failure.PROTOCOL);
    }
  }

  /** A description that does not hold together, or that is hidden, proves no end. */
  @ParameterizedTest
  @EnumSource(Kind.class)
  void anEndIsNotBelievedWithoutAProof(Kind kind) {
    Stored sealed = Shape.SINGLE.of(Shape.bytes(LONG), "long");
    for (int hidden = 0; hidden < 3; hidden++) {
      truth();
      store.put(
          "b/k",
          hidden == 0
              ? Stored.whole(sealed.bytes(), Map.of(), "x")
              : hidden == 1 ? sealed.withBytes(Arrays.copyOf(sealed.bytes(), 200_000)) : sealed);
      int how = hidden;
      store.before = seen -> get.set(seen.method().equals("GET"));
      store.lie =
          a ->
              get.get()
                  ? new Answer(416, Map.of(), new byte[0])
                  : how == 2 ? new Answer(404, Map.of(), new byte[0]) : a;
      try (Reads reads = reads(kind, PlaintextObjects.REJECT)) {
        Throwable found = catchThrowable(() -> reads.get(range("k", "bytes=250000-")));
        assertThat(found).as("hidden %d", hidden).isNotNull();
        if (found instanceof S3Exception e) {
          assertThat(e.statusCode()).as("hidden %d", hidden).isNotEqualTo(416);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void theEndOfAnEmptyObjectIsTrue(Kind kind) {
    store.put("b/k", Shape.SINGLE.of(new byte[0], "empty"));
    store.put("b/plain", Shape.PLAIN.of(new byte[0], "empty"));
    try (Reads reads = reads(kind, PlaintextObjects.REJECT);
        Reads plain = plainClient()) {
      for (int round = 0; round < 2; round++) {
        for (String range : RANGES) {
          if (round == 1 && range.startsWith("bytes=-")) {
            isRefused(reads, range("k", range)); // the last bytes of nothing are nothing
          } else {
            Reads.areSame(reads, plain, range("k", range), range("plain", range));
          }
        }
        if (round == 0) {
          assertThat(reads.get(part("k", 1)).asByteArray()).isEmpty();
        }
        lieToGets(); // what the store says of ranges is true now
      }
    }
  }
}
