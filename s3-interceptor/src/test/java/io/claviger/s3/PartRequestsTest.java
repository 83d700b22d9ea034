package io.claviger.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.claviger.format.Layout;
import io.claviger.s3.PartStore.Stored;
import io.claviger.s3.api.ClavigerS3Exception;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectAttributesResponse;
import software.amazon.awssdk.services.s3.model.ObjectAttributes;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** What reading objects of several parts costs in requests and bytes, and what it is pinned to. */
class PartRequestsTest {
  private static final int MIB = 1 << 20;
  private static final int[] EIGHTS = {8 * MIB, 8 * MIB, 8 * MIB, 3 * MIB + 5};
  private static final int[] CLOSED = {8 * MIB, 8 * MIB, 8 * MIB};

  /** Stores as many bytes as three times 8 MiB, and holds 32 fewer. */
  private static final int[] ODD = {8 * MIB, 10 * MIB - 100, 6 * MIB + 68};

  private static final byte[] PLAIN = PutAndGetTest.bytes(28 * MIB);
  private final PartStore store = new PartStore();
  private final S3Client s3 = Clients.with(store.endpoint(), interceptor().build());

  private static ClavigerInterceptorBuilder interceptor() {
    return TestKeys.interceptor().httpClient(Clients.apache());
  }

  @AfterEach
  void stop() {
    s3.close();
    store.close();
  }

  private static byte[] plain(int... sizes) {
    return Arrays.copyOf(PLAIN, Arrays.stream(sizes).sum());
  }

  /** Each has an ETag of its own. */
  private int sealings;

  private Stored put(IntPredicate offsetKnown, int... sizes) {
    SealedParts parts =
        SealedParts.of("b", "k", PLAIN, sizes, offsetKnown, SealedParts.closes(sizes));
    Stored stored = Stored.ofParts(parts.parts(), parts.metadata(), "e" + ++sealings);
    store.put("b/k", stored);
    return stored;
  }

  private void putSingle(int bytes) {
    SealedParts one = SealedParts.single("b", "k", Arrays.copyOf(PLAIN, bytes));
    store.put("b/k", Stored.whole(one.body(), one.metadata(), "e" + ++sealings));
  }

  /** Reads a range, checks it, and returns the number of requests it took. */
  private int read(byte[] plain, int first, int last) {
    store.reset();
    var got = s3.getObjectAsBytes(b -> b.bucket("b").key("k").range("bytes=" + first + "-" + last));
    assertThat(got.asByteArray()).isEqualTo(Arrays.copyOfRange(plain, first, last + 1));
    assertThat(got.response().contentRange())
        .isEqualTo("bytes " + first + "-" + last + "/" + plain.length);
    return store.requests.size();
  }

  private int head(long expected) {
    store.reset();
    assertThat(s3.headObject(b -> b.bucket("b").key("k")).contentLength()).isEqualTo(expected);
    return store.requests.size();
  }

  /** Each header waits at the store until all of them were asked for. */
  @Test
  void theHeadersOfAFirstRangeAreAskedForAtOnce() {
    put(part -> true, CLOSED);
    CountDownLatch headers = new CountDownLatch(3);
    AtomicInteger asked = new AtomicInteger();
    store.before =
        seen -> {
          if (asked.incrementAndGet() > 1) { // behind the caller's own request
            headers.countDown();
            try {
              assertThat(headers.await(120, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
              throw new AssertionError(e);
            }
          }
        };
    assertThat(read(plain(CLOSED), 100_000, 150_000))
        .as("the bytes, the closing part, the one before it, the one asked for")
        .isEqualTo(4);
    assertThat(headers.getCount()).isZero();
  }

  @Test
  void aRangeOfAnObjectOfOnePartIsOneRequest() {
    putSingle(3 * MIB);
    assertThat(read(plain(3 * MIB), 100_000, 200_000)).isEqualTo(1);
    assertThat(read(plain(3 * MIB), 5, 5)).isEqualTo(1);
  }

  @Test
  void aFirstRangeOfAnObjectOfPartsIsAtMostThreeRequestsAndAnyFurtherOneRequest() {
    put(part -> true, EIGHTS);
    assertThat(read(plain(EIGHTS), 9 * MIB, 9 * MIB + 65_535)).isEqualTo(3);
    assertThat(read(plain(EIGHTS), 9 * MIB, 9 * MIB + 65_535)).isEqualTo(1);
    assertThat(read(plain(EIGHTS), 15 * MIB, 15 * MIB + 100)).isEqualTo(1);
    assertThat(read(plain(EIGHTS), 17 * MIB, 17 * MIB)).as("one more header").isEqualTo(2);
    assertThat(read(plain(EIGHTS), 25 * MIB, 25 * MIB)).as("the last part").isEqualTo(1);
  }

  @Test
  void aClosedObjectIsReadWithOneRequestMoreForThePartBeforeTheClosingOne() {
    put(part -> true, CLOSED);
    assertThat(read(plain(CLOSED), 9 * MIB, 9 * MIB + 65_535)).isEqualTo(4);
    assertThat(read(plain(CLOSED), 9 * MIB, 9 * MIB + 65_535)).isEqualTo(1);
  }

  @Test
  void atMostTheRangeAndTwoSegmentsAreRead() {
    put(part -> true, EIGHTS);
    for (int first : new int[] {9 * MIB, 9 * MIB + 65_535, 9 * MIB + 1, 20 * MIB}) {
      for (int bytes : new int[] {1, 2, 65_536, 100_000}) {
        int requests = read(plain(EIGHTS), first, first + bytes - 1);
        assertThat(store.bytesSent.get())
            .as("%d bytes from %d", bytes, first)
            .isLessThanOrEqualTo(
                bytes + 2L * Layout.SEGMENT_STORED_BYTES + requests * Layout.PROLOGUE_BYTES);
      }
    }
  }

  @Test
  void aHeadTakesAtMostThreeRequestsAndThenNoneBesidesItself() {
    long bytes = plain(EIGHTS).length;
    Stored stored = put(part -> true, EIGHTS);
    assertThat(head(bytes)).isLessThanOrEqualTo(3);
    assertThat(head(bytes)).isEqualTo(1);
    store.put("b/k", stored.copied());
    assertThat(head(bytes)).as("a copy, whose ETag says nothing").isLessThanOrEqualTo(3);
    assertThat(head(bytes)).isEqualTo(1);
    put(part -> true, CLOSED);
    assertThat(head(plain(CLOSED).length)).isLessThanOrEqualTo(3);
  }

  @Test
  void aWholeReadTellsItsProvedLength() {
    put(part -> true, CLOSED);
    for (int expected : new int[] {3, 1}) {
      store.reset();
      var got = s3.getObjectAsBytes(b -> b.bucket("b").key("k"));
      assertThat(got.asByteArray()).isEqualTo(plain(CLOSED));
      assertThat(got.response().contentLength()).isEqualTo(plain(CLOSED).length);
      assertThat(store.requests).hasSize(expected);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void oddSizesThatLookEqualAreFound(boolean copied) {
    Stored stored = put(part -> true, ODD);
    if (copied) {
      store.put("b/k", stored.copied());
    }
    byte[] plain = plain(ODD);
    assertThat(stored.bytes()).hasSize((int) (3 * Layout.storedBytes(8 * MIB)) + 130);
    assertThat(head(plain.length)).isLessThanOrEqualTo(6);
    assertThat(head(plain.length)).isEqualTo(1);
    read(plain, 18 * MIB - 150, 18 * MIB);
    read(plain, 7 * MIB, 19 * MIB);
    assertThat(read(plain, 18 * MIB - 150, 18 * MIB)).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void unknownOffsetsFollowFromAllEarlierHeaders(boolean odd) {
    int[] sizes = odd ? ODD : EIGHTS;
    put(part -> false, sizes);
    byte[] plain = plain(sizes);
    assertThat(head(plain.length)).isLessThanOrEqualTo(sizes.length + 4);
    assertThat(head(plain.length)).isEqualTo(1);
    read(plain, 9 * MIB, 9 * MIB);
    read(plain, 20 * MIB, 20 * MIB + 70_000);
  }

  @Test
  void theEndIsProvedWhenTheStoreSaysThatARangeLiesBehindIt() {
    put(part -> true, EIGHTS);
    int bytes = plain(EIGHTS).length;
    S3Exception e =
        catchThrowableOfType(
            S3Exception.class,
            () -> s3.getObject(b -> b.bucket("b").key("k").range("bytes=" + 2 * bytes + "-")));
    assertThat(e.statusCode()).isEqualTo(416);
    assertThat(e.awsErrorDetails().sdkHttpResponse().firstMatchingHeader("Content-Range"))
        .as("of the plaintext")
        .contains("bytes */" + bytes);
    store.lie = a -> a.status() == 206 ? new PartStore.Answer(416, Map.of(), new byte[0]) : a;
    ClavigerS3Exception lie =
        catchThrowableOfType(
            ClavigerS3Exception.class,
            () -> s3.getObject(b -> b.bucket("b").key("k").range("bytes=100-")));
    assertThat(lie.failure()).isEqualTo(ClavigerS3Exception.Failure.PROTOCOL);
  }

  @Test
  void everySubReadIsPinnedToOneVersion() {
    Stored stored = put(part -> true, EIGHTS);
    read(plain(EIGHTS), 9 * MIB, 9 * MIB);
    assertThat(store.requests).hasSize(3);
    assertThat(store.requests.subList(1, 3))
        .allSatisfy(r -> assertThat(r.headers()).containsEntry("If-Match", stored.eTag()));
    store.reset();
    s3.getObjectAsBytes(b -> b.bucket("b").key("k").versionId("v1").range("bytes=9437184-9437185"));
    assertThat(store.requests).allSatisfy(r -> assertThat(r.query()).contains("versionId=v1"));
  }

  @Test
  void anObjectOverwrittenInTheMiddleIsReadAnewFromItsStart() {
    put(part -> true, EIGHTS);
    AtomicInteger seen = new AtomicInteger();
    store.before =
        request -> {
          if (seen.incrementAndGet() == 2) {
            SealedParts other = SealedParts.of("b", "k", PLAIN, 8 * MIB, MIB);
            store.put("b/k", Stored.ofParts(other.parts(), other.metadata(), "other"));
          }
        };
    var got = s3.getObjectAsBytes(b -> b.bucket("b").key("k").range("bytes=8388600-8388615"));
    assertThat(got.response().contentRange()).isEqualTo("bytes 8388600-8388615/9437184");
    assertThat(got.asByteArray()).isEqualTo(Arrays.copyOfRange(PLAIN, 8388600, 8388616));
  }

  @Test
  void anObjectThatIsOverwrittenAgainAndAgainIsAnError() {
    AtomicInteger seen = new AtomicInteger();
    store.before =
        request -> {
          SealedParts other = SealedParts.of("b", "k", PLAIN, 100_000, 1000);
          store.put("b/k", Stored.ofParts(other.parts(), other.metadata(), "" + seen.get()));
          seen.incrementAndGet();
        };
    assertThatThrownBy(
            () -> s3.getObjectAsBytes(b -> b.bucket("b").key("k").range("bytes=100000-100001")))
        .hasMessageContaining("overwritten");
  }

  @Test
  void aKnownLayoutIsNotUsedForAnotherVersion() {
    put(part -> true, EIGHTS);
    read(plain(EIGHTS), 9 * MIB, 9 * MIB);
    byte[] other = PutAndGetTest.bytes(17 * MIB);
    SealedParts parts = SealedParts.of("b", "k", other, 9 * MIB, 8 * MIB);
    store.put("b/k", Stored.ofParts(parts.parts(), parts.metadata(), "other"));
    read(other, 9 * MIB - 3, 9 * MIB + 3);
    SealedParts sameETag = SealedParts.of("b", "k", other, 8 * MIB, 9 * MIB);
    store.put("b/k", Stored.ofParts(sameETag.parts(), sameETag.metadata(), "other"));
    assertThatThrownBy(() -> read(other, 9 * MIB - 3, 9 * MIB + 3))
        .hasMessageContaining("another data key");
    putSingle(10 * MIB);
    read(plain(10 * MIB), 9 * MIB - 3, 9 * MIB + 3);
  }

  @Test
  void partsAreThoseOfTheUploadAlsoInACopy() {
    Stored stored = put(part -> true, CLOSED);
    for (Stored at : List.of(stored, stored.copied())) {
      store.put("b/k", at);
      for (int part = 3; part >= 1; part--) {
        int number = part;
        var got = s3.getObjectAsBytes(b -> b.bucket("b").key("k").partNumber(number));
        assertThat(got.asByteArray())
            .isEqualTo(Arrays.copyOfRange(PLAIN, (part - 1) * 8 * MIB, part * 8 * MIB));
        assertThat(got.response().partsCount()).isEqualTo(3);
      }
    }
  }

  @Test
  void attributesAreThoseOfThePlaintext() {
    put(part -> true, CLOSED);
    GetObjectAttributesResponse got =
        s3.getObjectAttributes(
            b ->
                b.bucket("b")
                    .key("k")
                    .objectAttributes(ObjectAttributes.OBJECT_SIZE, ObjectAttributes.OBJECT_PARTS)
                    .maxParts(2));
    assertThat(got.objectSize()).isEqualTo(24L * MIB);
    assertThat(got.eTag()).as("not asked for").isNull();
    assertThat(got.objectParts().totalPartsCount()).isEqualTo(3);
    assertThat(got.objectParts().isTruncated()).isTrue();
    assertThat(got.objectParts().nextPartNumberMarker()).isEqualTo(2);
    assertThat(got.objectParts().parts())
        .extracting(p -> p.size())
        .containsExactly(8L * MIB, 8L * MIB);
    putSingle(1000);
    GetObjectAttributesResponse single =
        s3.getObjectAttributes(
            b ->
                b.bucket("b")
                    .key("k")
                    .objectAttributes(
                        ObjectAttributes.OBJECT_SIZE,
                        ObjectAttributes.OBJECT_PARTS,
                        ObjectAttributes.E_TAG));
    assertThat(single.objectSize()).isEqualTo(1000);
    assertThat(single.eTag()).isEqualTo("e" + sealings);
    assertThat(single.objectParts()).isNull();
  }
}
