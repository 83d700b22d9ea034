package io.claviger.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.claviger.format.Layout;
import io.claviger.format.Preamble;
import io.claviger.object.FormatException.Failure;
import io.claviger.s3.PartStore.Stored;
import io.claviger.s3.Reads.Kind;
import io.claviger.s3.api.ClavigerS3Exception;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;

/**
 * Objects that end with a closing part, as any writer may have made them: what it states counts
 * only when the parts before it say the same (format 7.2).
 */
class ClosingPartReadsTest {
  private static final SdkHttpClient CONNECTIONS = Clients.apache();
  private static final HeadObjectRequest HEAD =
      HeadObjectRequest.builder().bucket("b").key("k").build();
  private static final int PART = 100_000;
  private static final int[] SIZES = {PART, PART, PART, PART, PART, PART};
  private static final byte[] PLAIN = PutAndGetTest.bytes(6 * PART);
  private static final int MOST_PARTS = 9_999;

  private final PartStore store = new PartStore();

  /** Each object has an ETag of its own. */
  private int versions;

  @AfterEach
  void stop() {
    store.close();
  }

  private Reads client(Kind kind) {
    return kind.over(
        store.endpoint(), CONNECTIONS, TestKeys.interceptor().httpClient(CONNECTIONS).build());
  }

  private static final IntPredicate ALL = number -> true;
  private static final IntPredicate NONE = number -> false;

  private void put(IntPredicate offsetKnown, long closingStates, boolean copied) {
    SealedParts parts = SealedParts.closedBy("b", "k", PLAIN, SIZES, offsetKnown, closingStates);
    Stored stored = Stored.ofParts(parts.parts(), parts.metadata(), "e" + ++versions);
    store.put("b/k", copied ? stored.copied() : stored);
  }

  private static Failure refusal(Runnable read) {
    return catchThrowableOfType(ClavigerS3Exception.class, read::run).formatFailure().orElseThrow();
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void aClosingPartThatContradictsThePartsBeforeItIsRefused(Kind kind) {
    try (Reads s3 = client(kind)) {
      put(ALL, 5 * PART, false);
      assertRefused(s3);
      put(NONE, 6 * PART - 1, false);
      assertRefused(s3);
      put(number -> number == 3, 6 * PART + 1, true);
      assertRefused(s3);
    }
  }

  private static void assertRefused(Reads s3) {
    assertThat(refusal(() -> s3.head(HEAD))).isEqualTo(Failure.OFFSET);
    for (String range : new String[] {"500000-", "-10", "900000-"}) {
      assertThat(refusal(() -> s3.get(Reads.range("k", "bytes=" + range))))
          .isEqualTo(Failure.OFFSET);
    }
    assertThat(refusal(() -> s3.get(Reads.part("k", 6)))).isEqualTo(Failure.OFFSET);
    GetObjectRequest whole = GetObjectRequest.builder().bucket("b").key("k").build();
    assertThat(refusal(() -> s3.get(whole))).isEqualTo(Failure.OFFSET);
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void whatNoPartBeforeItStatesIsFoundBackward(Kind kind) {
    try (Reads s3 = client(kind)) {
      put(ALL, Preamble.OFFSET_UNKNOWN, false);
      assertRead(s3);
      put(NONE, 6 * PART, false);
      assertRead(s3);
      put(NONE, Preamble.OFFSET_UNKNOWN, true);
      assertRead(s3);
      put(number -> number == 3, Preamble.OFFSET_UNKNOWN, false);
      assertRead(s3);
    }
  }

  private static void assertRead(Reads s3) {
    assertThat(s3.head(HEAD).contentLength()).isEqualTo(6 * PART);
    assertThat(s3.get(Reads.range("k", "bytes=-10")).asByteArray())
        .isEqualTo(Arrays.copyOfRange(PLAIN, 6 * PART - 10, 6 * PART));
    assertThat(s3.get(Reads.part("k", 4)).asByteArray())
        .isEqualTo(Arrays.copyOfRange(PLAIN, 3 * PART, 4 * PART));
  }

  /** The store serves the closing part behind fewer parts than it closes. */
  @ParameterizedTest
  @EnumSource(Kind.class)
  void partsThatAreMissingBeforeTheClosingPartAreFound(Kind kind) {
    SealedParts parts = SealedParts.closedBy("b", "k", PLAIN, SIZES, ALL, 5 * PART);
    List<byte[]> cut = new ArrayList<>(parts.parts());
    cut.remove(5);
    store.put("b/k", Stored.ofParts(cut, parts.metadata(), "e"));
    try (Reads s3 = client(kind)) {
      assertThat(refusal(() -> s3.head(HEAD))).isEqualTo(Failure.PART_NUMBER);
      assertThat(refusal(() -> s3.get(Reads.range("k", "bytes=" + 5 * PART + "-"))))
          .isEqualTo(Failure.PART_NUMBER);
    }
  }

  /**
   * @param stated the last part that states its offset
   * @param reads headers that are read besides the two that also cost before: closing part, part 1
   */
  @ParameterizedTest
  @CsvSource({"9999, 1", "9950, 57"})
  void manyPartsCostNoMoreThanTheWayBackToAPartThatStatesItsOffset(int stated, int reads) {
    int[] sizes = new int[MOST_PARTS];
    Arrays.fill(sizes, 10);
    byte[] plain = Arrays.copyOf(PLAIN, 10 * MOST_PARTS);
    SealedParts parts =
        SealedParts.closedBy(
            "b", "k", plain, sizes, number -> number <= stated, Preamble.OFFSET_UNKNOWN);
    store.put("b/k", Stored.ofParts(parts.parts(), parts.metadata(), "e"));
    try (S3Client s3 =
        Clients.with(store.endpoint(), TestKeys.interceptor().httpClient(CONNECTIONS).build())) {
      assertThat(s3.headObject(HEAD).contentLength()).isEqualTo(plain.length);
      assertThat(store.count("GET")).isLessThanOrEqualTo(2 + reads);
      assertThat(store.bytesSent.get()).isLessThanOrEqualTo((2L + reads) * Layout.PROLOGUE_BYTES);
      assertThat(s3.getObjectAsBytes(b -> b.bucket("b").key("k")).asByteArray()).isEqualTo(plain);
    }
  }
}
