package io.claviger.s3;

import static io.claviger.s3.Reads.part;
import static io.claviger.s3.Reads.range;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.claviger.s3.PartStore.Stored;
import io.claviger.s3.Reads.Kind;
import io.claviger.s3.api.ClavigerS3Exception;
import io.claviger.s3.api.PlaintextObjects;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * An object is overwritten between two reads: what was remembered of it then plans the wrong
 * request. The caller gets what a client without the interceptor gets, and no alarm is raised.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OverwrittenTest {
  private static final int LONG = 300_000;
  private static final int SHORT = 120_000;
  private static final List<String> SOME_RANGES =
      List.of("bytes=0-0", "bytes=250000-", "bytes=-10");
  private static final List<String> RANGES =
      List.of(
          "bytes=0-",
          "bytes=70000-70009",
          "bytes=-10",
          "bytes=-1000000",
          "bytes=119990-250000",
          "bytes=119999-119999",
          "bytes=120000-",
          "bytes=250000-");

  private final SdkHttpClient connections = Clients.apache();
  private final PartStore store = new PartStore();

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

  static Stream<Arguments> kindsAndShapes() {
    return Arrays.stream(Kind.values())
        .flatMap(k -> Stream.of(Shape.SINGLE, Shape.MULTI).map(s -> Arguments.of(k, s)));
  }

  static Stream<Arguments> overwritten() {
    return Arrays.stream(Kind.values())
        .flatMap(
            kind ->
                Arrays.stream(Shape.values())
                    .filter(s -> s != Shape.PLAIN)
                    .flatMap(
                        old ->
                            Arrays.stream(Shape.values())
                                .map(now -> Arguments.of(kind, old, now))));
  }

  /** What is remembered is of another version: whatever is asked, the answer is of this one. */
  @ParameterizedTest
  @MethodSource("overwritten")
  void whatIsRememberedOfAnotherVersionRaisesNoFalseAlarm(Kind kind, Shape old, Shape now) {
    PlaintextObjects plaintext =
        now == Shape.PLAIN ? PlaintextObjects.ALLOW : PlaintextObjects.REJECT;
    try (Reads reads = reads(kind, plaintext);
        Reads plain = plainClient()) {
      for (int length : new int[] {SHORT, 7, 400_000}) {
        store.put("b/plain", Shape.PLAIN.of(Shape.bytes(length), "plain"));
        for (String range : length == SHORT ? RANGES : SOME_RANGES) {
          String version = length + range.replace("=", ""); // each sealing has an ETag of its own
          store.put("b/k", old.of(Shape.bytes(LONG), "long" + version));
          assertThat(reads.get(range("k", "bytes=299990-")).asByteArray()).hasSize(10);
          store.put("b/k", now.of(Shape.bytes(length), "now" + version));
          Reads.areSame(reads, plain, range("k", range), range("plain", range));
          Reads.areSame(reads, plain, range("k", range), range("plain", range));
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kindsAndShapes")
  void aPartThatIsGoneIsAnswered(Kind kind, Shape now) {
    store.put("b/k", Shape.MULTI.of(Shape.bytes(LONG), "long"));
    try (Reads reads = reads(kind, PlaintextObjects.REJECT)) {
      assertThat(reads.get(part("k", 3)).asByteArray()).hasSize(Shape.PART);
      store.put("b/k", now.of(Shape.bytes(SHORT), "short"));
      for (int round = 0; round < 2; round++) {
        S3Exception gone = catchThrowableOfType(S3Exception.class, () -> reads.get(part("k", 3)));
        assertThat(gone.statusCode()).isEqualTo(416);
        assertThat(gone.awsErrorDetails().errorCode()).isEqualTo("InvalidPartNumber");
      }
      byte[] first = reads.get(part("k", 1)).asByteArray();
      assertThat(first)
          .isEqualTo(Arrays.copyOf(Shape.bytes(SHORT), now == Shape.MULTI ? Shape.PART : SHORT));
    }
  }

  /** A part of a sealed object that a plaintext one took the place of: at most one call fails. */
  @ParameterizedTest
  @EnumSource(Kind.class)
  void aPartOfAPlaintextObjectThatTookThePlace(Kind kind) {
    for (int length : new int[] {7, 400_000}) {
      store.put("b/k", Shape.MULTI.of(Shape.bytes(LONG), "long"));
      try (Reads reads = reads(kind, PlaintextObjects.ALLOW)) {
        assertThat(reads.get(part("k", 3)).asByteArray()).hasSize(Shape.PART);
        store.put("b/k", Shape.PLAIN.of(Shape.bytes(length), "plain"));
        Throwable first = catchThrowable(() -> reads.get(part("k", 1)));
        if (first != null) {
          assertThat(first).hasMessageContaining("repeat the call");
        }
        assertThat(reads.get(part("k", 1)).asByteArray()).isEqualTo(Shape.bytes(length));
      }
    }
  }

  /** What a store shows under one ETag is remembered; what turns out to be wrong is not used on. */
  @ParameterizedTest
  @EnumSource(Kind.class)
  void aLayoutThatTurnedOutToBeWrongIsFoundOutAgain(Kind kind) {
    byte[] plain = Shape.bytes(250_000);
    List<SealedParts> arranged =
        SealedParts.arrangedAs(
            "b",
            "k",
            plain,
            new int[] {100_000, 100_000, 50_000},
            new int[] {100_000, 50_000, 100_000});
    GetObjectRequest wanted = range("k", "bytes=230000-230009");
    byte[] expected = Arrays.copyOfRange(plain, 230_000, 230_010);
    try (Reads reads = reads(kind, PlaintextObjects.REJECT)) {
      int refused = 0;
      for (int round = 0; round < 3; round++) {
        for (SealedParts parts : arranged) {
          store.put("b/k", Stored.ofParts(parts.parts(), parts.metadata(), "same"));
          Throwable first = catchThrowable(() -> reads.get(wanted));
          if (first != null) {
            assertThat(first).isInstanceOf(ClavigerS3Exception.class);
            refused++;
          }
          assertThat(reads.get(wanted).asByteArray()).as("round %d", round).isEqualTo(expected);
        }
      }
      assertThat(refused).as("what was remembered was used").isPositive();
    }
  }
}
