package io.claviger.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.s3.PartStore.Stored;
import io.claviger.s3.api.ListSizes;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3Client;

/** How many rounds of requests a first read of an object in parts takes, and how many requests. */
class RangeRoundsTest {
  private static final int MIB = 1 << 20;
  private static final byte[] PLAIN = PutAndGetTest.bytes(28 * MIB);

  private static final int[] FOUR = {8 * MIB, 8 * MIB, 8 * MIB, 3 * MIB + 5};
  private static final int[] CLOSED = {8 * MIB, 8 * MIB, 8 * MIB};
  private static final int[] TWO = {8 * MIB, MIB};
  private static final int[] ONE = {9 * MIB};
  private static final int[] SMALL = {100_000};

  /** Of no usual size: only another object of their kind says where they are. */
  private static final int[] UNUSUAL = {6_000_000, 6_000_000, 6_000_000, 77};

  private final PartStore store = new PartStore();
  private S3Client s3 = client(ListSizes.OFF);
  private int sealings;

  private S3Client client(ListSizes sizes) {
    return Clients.with(
        store.endpoint(),
        TestKeys.interceptor().httpClient(Clients.apache()).listSizes(sizes).build());
  }

  @AfterEach
  void stop() {
    s3.close();
    store.close();
  }

  private static byte[] plain(int... sizes) {
    return Arrays.copyOf(PLAIN, Arrays.stream(sizes).sum());
  }

  private void put(String key, int... sizes) {
    SealedParts parts =
        SealedParts.of("b", key, PLAIN, sizes, part -> true, SealedParts.closes(sizes));
    store.put("b/" + key, Stored.ofParts(parts.parts(), parts.metadata(), "e" + ++sealings));
  }

  /** Reads a range in just these rounds. */
  private void read(String key, int[] sizes, int first, int last, int... rounds) {
    Rounds expected = new Rounds(rounds);
    store.before = expected;
    var got = s3.getObjectAsBytes(b -> b.bucket("b").key(key).range("bytes=" + first + "-" + last));
    assertThat(got.asByteArray()).isEqualTo(Arrays.copyOfRange(PLAIN, first, last + 1));
    assertThat(got.response().contentRange())
        .isEqualTo("bytes " + first + "-" + last + "/" + plain(sizes).length);
    expected.assertAll();
    store.before = seen -> {};
  }

  static Stream<Arguments> listed() {
    return Stream.of(
        Arguments.of("in the middle of a part", FOUR, 9 * MIB, 9 * MIB + 70_000, 3),
        Arguments.of(
            "from a part's first byte: its header comes with it", FOUR, 8 * MIB, 9 * MIB, 2),
        Arguments.of("over the border of two parts", FOUR, 8 * MIB - 70_000, 8 * MIB + 9, 3),
        Arguments.of("in the last part", FOUR, 25 * MIB, 25 * MIB + 9, 2),
        Arguments.of("before a closing part", CLOSED, 9 * MIB, 9 * MIB + 9, 4),
        Arguments.of("in the part before the closing one", CLOSED, 23 * MIB, 23 * MIB + 9, 3),
        Arguments.of(
            "the last bytes, and the closing part with them",
            CLOSED,
            24 * MIB - 9,
            24 * MIB - 1,
            3),
        Arguments.of("of two parts", TWO, MIB, MIB + 9, 3),
        Arguments.of("of one part and a closing one", ONE, 5 * MIB, 5 * MIB + 9, 3),
        Arguments.of("from the first byte on of one part", ONE, 0, 9, 2),
        Arguments.of("of one small part", SMALL, 70_000, 70_009, 2),
        Arguments.of("from the first byte on of one small part", SMALL, 0, 9, 1));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("listed")
  void aListedObjectIsOneRound(String range, int[] sizes, int first, int last, int requests) {
    put("t/k", sizes);
    Listings.list(store, s3, "t/k");
    read("t/k", sizes, first, last, requests);
  }

  /** Misses: what was asked for by it is thrown away, and the headers are asked for again. */
  @Test
  void aListingThatIsOutOfDateCostsItsHeadersOnce() {
    put("t/k", FOUR);
    Listings.list(store, s3, "t/k");
    put("t/k", FOUR);
    read("t/k", FOUR, 9 * MIB, 9 * MIB + 9, 3, 2);
    read("t/k", FOUR, 10 * MIB, 10 * MIB + 9, 1);
    put("t/k", FOUR);
    Listings.list(store, s3, Listings.page("t/k", "\"older-3\"", 17_000_000));
    read("t/k", FOUR, 9 * MIB, 9 * MIB + 9, 3, 2);
  }

  /** The listing read a header, which is not asked for again. */
  @Test
  void whatAListingWithExactSizesReadIsNotReadAgain() {
    s3.close();
    s3 = client(ListSizes.EXACT);
    put("t/four", FOUR);
    Listings.list(store, s3, "t/four");
    read("t/four", FOUR, 9 * MIB, 9 * MIB + 9, 2);
    put("t/one", ONE);
    Listings.list(store, s3, "t/one");
    read("t/one", ONE, 5 * MIB, 5 * MIB + 9, 2);
    put("t/head", ONE);
    Listings.list(store, s3, "t/head");
    Rounds head = new Rounds(2);
    store.before = head;
    assertThat(s3.headObject(b -> b.bucket("b").key("t/head")).contentLength())
        .isEqualTo(plain(ONE).length);
    head.assertAll();
    store.before = seen -> {};
  }

  static Stream<Arguments> notListed() {
    return Stream.of(
        Arguments.of("in the middle of a part", FOUR, 9 * MIB, 9 * MIB + 70_000, 2),
        Arguments.of("before a closing part", CLOSED, 9 * MIB, 9 * MIB + 9, 3),
        Arguments.of("of two parts", TWO, MIB, MIB + 9, 2),
        Arguments.of("of one part and a closing one", ONE, 5 * MIB, 5 * MIB + 9, 2),
        Arguments.of("of one small part", SMALL, 70_000, 70_009, 1));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("notListed")
  void anUnknownObjectIsTwoRounds(String range, int[] sizes, int first, int last, int headers) {
    put("t/k", sizes);
    read("t/k", sizes, first, last, 1, headers);
  }

  @Test
  void anUnknownObjectFromItsFirstByteOnBringsTheHeaderOfItsFirstPart() {
    put("t/small", SMALL);
    read("t/small", SMALL, 0, 9, 1);
    put("t/one", ONE);
    read("t/one", ONE, 0, 9, 1, 1);
  }

  @Test
  void partSizesAreLearnedByFolder() {
    put("t/first", UNUSUAL);
    s3.headObject(b -> b.bucket("b").key("t/first"));
    assertThat(store.requests).as("found from part 1 on").hasSizeGreaterThan(2);
    put("t/second", UNUSUAL);
    read("t/second", UNUSUAL, 13_000_000, 13_000_009, 1, 2);
    put("t/third", UNUSUAL);
    Listings.list(store, s3, "t/third");
    read("t/third", UNUSUAL, 13_000_000, 13_000_009, 3);
    put("other/folder", UNUSUAL);
    read("other/folder", UNUSUAL, 13_000_000, 13_000_009, 1, 2);
    put("t/changed", FOUR);
    read("t/changed", FOUR, 9 * MIB, 9 * MIB + 9, 1, 2);
  }

  /** Of 70 parts: so many headers before the range that only a learned size says where it is. */
  @Test
  void farBehindManyPartsALearnedSizeFindsTheBytes() {
    int[] parts = new int[70];
    Arrays.fill(parts, 100_000);
    parts[69] = 5;
    put("t/first", parts);
    s3.headObject(b -> b.bucket("b").key("t/first"));
    put("t/second", parts);
    read("t/second", parts, 6_890_000, 6_890_009, 1, 1); // the last part is in the answer
  }

  @Test
  void wholeObjectsAndDescriptionsOfListedObjectsAreOneRound() {
    for (int[] sizes : new int[][] {FOUR, CLOSED, TWO, ONE, SMALL}) {
      put("t/head", sizes);
      Listings.list(store, s3, "t/head");
      int headers = sizes == SMALL || sizes == FOUR ? 1 : 2;
      Rounds head = new Rounds(1 + headers);
      store.before = head;
      assertThat(s3.headObject(b -> b.bucket("b").key("t/head")).contentLength())
          .isEqualTo(plain(sizes).length);
      head.assertAll();
      put("t/whole", sizes);
      Listings.list(store, s3, "t/whole");
      boolean first = sizes == TWO || sizes == ONE || sizes == SMALL;
      Rounds whole = new Rounds(1 + headers - (first ? 1 : 0));
      store.before = whole;
      assertThat(s3.getObjectAsBytes(b -> b.bucket("b").key("t/whole")).asByteArray())
          .isEqualTo(plain(sizes));
      whole.assertAll();
      store.before = seen -> {};
    }
  }

  /** The header of another part is asked for beside its bytes. */
  @Test
  void anotherPartOfAKnownObjectIsOneRound() {
    put("t/k", FOUR);
    s3.headObject(b -> b.bucket("b").key("t/k"));
    read("t/k", FOUR, 9 * MIB, 9 * MIB + 9, 2);
    read("t/k", FOUR, 10 * MIB, 10 * MIB + 9, 1);
    read("t/k", FOUR, MIB, 17 * MIB, 3);
  }

  /** An event loop may not wait, so that the headers come first: then the caller's own request. */
  @Test
  void anAsynchronousClientReadsAListedObjectInTwoRoundsWithoutAHead() {
    try (S3AsyncClient async =
        Clients.async(
            store.endpoint(),
            TestKeys.interceptor().httpClient(Clients.apache()).listSizes(ListSizes.OFF).build())) {
      put("t/k", FOUR);
      Stored stored = store.objects.get("/b/t/k");
      for (String range : new String[] {"bytes=9437184-9437193", null}) {
        put("t/k", FOUR);
        stored = store.objects.get("/b/t/k");
        Listings.list(store, async, Listings.page("t/k", stored.eTag(), stored.bytes().length));
        store.reset();
        int headers = range == null ? 1 : 2;
        Rounds rounds = new Rounds(headers, 1);
        store.before = rounds;
        byte[] got =
            async
                .getObject(
                    b -> b.bucket("b").key("t/k").range(range), AsyncResponseTransformer.toBytes())
                .join()
                .asByteArray();
        assertThat(got)
            .isEqualTo(
                range == null ? plain(FOUR) : Arrays.copyOfRange(PLAIN, 9 * MIB, 9 * MIB + 10));
        rounds.assertAll();
        assertThat(store.count("HEAD")).isZero();
        store.before = seen -> {};
      }
    }
  }
}
