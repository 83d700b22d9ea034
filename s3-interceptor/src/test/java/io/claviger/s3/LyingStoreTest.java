package io.claviger.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.s3.PartStore.Answer;
import io.claviger.s3.PartStore.Stored;
import io.claviger.s3.Reads.Kind;
import io.claviger.s3.api.ClavigerS3Exception;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import net.jqwik.api.statistics.Statistics;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * The owner of the store answers as it likes: wrong totals and ranges, fewer parts, other parts'
 * bytes, older versions, shorter and longer bodies. A reader gets the object or an error, never a
 * wrong byte, and never a short file that looks whole, by whichever client.
 */
class LyingStoreTest {
  private static final SdkHttpClient CONNECTIONS = Clients.apache();
  private static final int PART = 100_000;
  private static final HeadObjectRequest HEAD =
      HeadObjectRequest.builder().bucket("b").key("k").build();
  private static PartStore store;

  @BeforeContainer
  static void start() {
    store = new PartStore();
  }

  @AfterContainer
  static void stop() {
    store.close();
  }

  private static byte[] bytes(Random random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private static Reads client(Kind kind) {
    return kind.over(
        store.endpoint(), CONNECTIONS, TestKeys.interceptor().httpClient(CONNECTIONS).build());
  }

  /** Changes to what is stored; the metadata stays that of the object. */
  private static Stored damaged(Stored whole, List<byte[]> parts, byte[] older, Random random) {
    List<byte[]> changed = new ArrayList<>(parts);
    int count = parts.size();
    int one = random.nextInt(count);
    int other = random.nextInt(count);
    switch (random.nextInt(7)) {
      case 0 -> changed.subList(random.nextInt(count), count).clear();
      case 1 -> changed.remove(one);
      case 2 -> changed.add(one, parts.get(other));
      case 3 -> changed.set(one, parts.get(other));
      case 4 -> java.util.Collections.swap(changed, one, other);
      case 5 -> {
        byte[] flipped = parts.get(one).clone();
        flipped[random.nextInt(flipped.length)] ^= (byte) (1 << random.nextInt(8));
        changed.set(one, flipped);
      }
      default -> {
        return whole.withBytes(older);
      }
    }
    return Stored.ofParts(changed, whole.metadata(), "e");
  }

  private static UnaryOperator<Answer> lie(Random random) {
    int kind = random.nextInt(8);
    long number = random.nextInt(500_000);
    int delta = random.nextInt(3) - 1;
    return answer -> {
      String range = answer.headers().get("Content-Range");
      int length = answer.body().length;
      return switch (kind) {
        case 0 ->
            range == null
                ? answer
                : answer.with("Content-Range", range.replaceFirst("/.*", "/" + number));
        case 1 ->
            range == null
                ? answer
                : answer.with(
                    "Content-Range",
                    "bytes " + number + "-" + (number + length - 1) + "/" + (number + length));
        case 2 -> answer.withBody(Arrays.copyOf(answer.body(), Math.max(0, length + delta * 98)));
        case 3 -> answer.withBody(Arrays.copyOf(answer.body(), length / 2));
        case 4 -> answer.with("Content-Length", Long.toString(Math.max(0, length + delta)));
        case 5 ->
            answer.status() == 206 ? new Answer(200, answer.headers(), answer.body()) : answer;
        case 6 -> new Answer(416, new TreeMap<>(), new byte[0]);
        default ->
            answer.status() == 206 ? answer.with("Content-Range", "bytes */" + number) : answer;
      };
    };
  }

  @Property(tries = 300)
  void neverAWrongByteNeverAShortFileThatLooksWhole(@ForAll Random random, @ForAll Kind kind) {
    int count = 2 + random.nextInt(3);
    int[] sizes = new int[count];
    Arrays.fill(sizes, PART);
    sizes[count - 1] = 1 + random.nextInt(PART);
    byte[] plain = bytes(random, Arrays.stream(sizes).sum());
    boolean closing = random.nextBoolean();
    boolean offsets = random.nextBoolean();
    SealedParts parts = SealedParts.of("b", "k", plain, sizes, n -> offsets, closing);
    SealedParts older =
        SealedParts.of("b", "k", bytes(random, plain.length), sizes, n -> offsets, closing);
    Stored whole = Stored.ofParts(parts.parts(), parts.metadata(), "e");
    store.put("b/k", whole);
    store.lie = answer -> answer;
    try (Reads s3 = client(kind)) {
      if (random.nextBoolean()) {
        s3.head(HEAD); // the layout is known
      }
      assertThat(check(s3, plain, sizes, random)).as("an honest answer").isEqualTo(Outcome.READ);
      if (random.nextBoolean()) {
        store.put("b/k", damaged(whole, parts.parts(), older.body(), random));
      } else {
        store.lie = later(random.nextInt(4), lie(random));
      }
      for (int i = 0; i < 3; i++) {
        Statistics.label("reads").collect(check(s3, plain, sizes, random));
      }
    }
    Statistics.label("reads")
        .coverage(
            c -> {
              c.check(Outcome.READ).percentage(p -> p > 10);
              c.check(Outcome.REFUSED).percentage(p -> p > 10);
            });
  }

  /** What came of a read: both must be seen, or a reader that refuses everything would pass. */
  private enum Outcome {
    READ,
    REFUSED
  }

  /** Answers truly for a while. */
  private static UnaryOperator<Answer> later(int answers, UnaryOperator<Answer> lie) {
    AtomicInteger left = new AtomicInteger(answers);
    return answer -> left.getAndDecrement() > 0 ? answer : lie.apply(answer);
  }

  private static Outcome check(Reads s3, byte[] plain, int[] sizes, Random random) {
    GetObjectRequest.Builder get = GetObjectRequest.builder().bucket("b").key("k");
    byte[] expected = plain;
    int form = random.nextInt(4);
    if (form == 1) {
      int first = random.nextInt(plain.length);
      int last = first + random.nextInt(plain.length - first);
      get.range("bytes=" + first + "-" + last);
      expected = Arrays.copyOfRange(plain, first, last + 1);
    } else if (form == 2) {
      int suffix = 1 + random.nextInt(plain.length);
      get.range("bytes=-" + suffix);
      expected = Arrays.copyOfRange(plain, plain.length - suffix, plain.length);
    } else if (form == 3) {
      int part = random.nextInt(sizes.length);
      get.partNumber(part + 1);
      int first = part * PART;
      expected = Arrays.copyOfRange(plain, first, first + sizes[part]);
    }
    ResponseBytes<GetObjectResponse> answer;
    try {
      answer = s3.get(get.build());
    } catch (S3Exception e) {
      assertThat(e.statusCode()).as("the end, to who reads on until it").isNotEqualTo(416);
      return Outcome.REFUSED;
    } catch (SdkException e) {
      return Outcome.REFUSED; // an error is always an answer to a lie
    }
    byte[] got = answer.asByteArray();
    assertThat(Arrays.equals(got, expected)).as("form %d", form).isTrue();
    assertThat(answer.response().contentLength()).isEqualTo(got.length);
    return Outcome.READ;
  }

  @Property(tries = 160)
  void neverAWrongLength(@ForAll Random random, @ForAll Kind kind) {
    int[] sizes = {PART, PART, PART, 1 + random.nextInt(PART)};
    byte[] plain = bytes(random, Arrays.stream(sizes).sum());
    boolean listedWrong = random.nextInt(3) == 0; // when the upload was completed
    SealedParts parts =
        listedWrong
            ? SealedParts.closedBy(
                "b", "k", plain, sizes, n -> random.nextBoolean(), random.nextInt(plain.length + 1))
            : SealedParts.of(
                "b", "k", plain, sizes, n -> random.nextBoolean(), random.nextBoolean());
    Stored whole = Stored.ofParts(parts.parts(), parts.metadata(), "e");
    store.lie = answer -> answer;
    store.put("b/k", whole);
    if (random.nextBoolean()) {
      store.put("b/k", damaged(whole, parts.parts(), new byte[whole.bytes().length], random));
    } else {
      store.lie = later(random.nextInt(3), lie(random));
    }
    try (Reads s3 = client(kind)) {
      long length = s3.head(HEAD).contentLength();
      assertThat(length).isEqualTo(plain.length);
      Statistics.label("heads").collect(Outcome.READ);
    } catch (SdkException e) {
      Statistics.label("heads").collect(Outcome.REFUSED); // always an answer to a lie
    }
    Statistics.label("heads")
        .coverage(
            c -> {
              c.check(Outcome.READ).percentage(p -> p > 5);
              c.check(Outcome.REFUSED).percentage(p -> p > 5);
            });
  }

  /** As metadata of the object with another one's: nothing of the other is reported. */
  @Property(tries = 40)
  void metadataOfAnotherObjectProvesNothing(@ForAll Random random, @ForAll Kind kind) {
    byte[] plain = bytes(random, 2 * PART);
    SealedParts one = SealedParts.of("b", "k", plain, PART, PART);
    SealedParts other = SealedParts.of("b", "k", bytes(random, PART + 5), PART, 5);
    Map<String, String> mixed = new TreeMap<>(other.metadata());
    store.lie = answer -> answer;
    store.put("b/k", Stored.ofParts(one.parts(), mixed, "e"));
    try (Reads s3 = client(kind)) {
      s3.head(HEAD);
      throw new AssertionError("a length was reported");
    } catch (ClavigerS3Exception e) {
      assertThat(e.failure()).isEqualTo(ClavigerS3Exception.Failure.NOT_AUTHENTIC);
    }
  }
}
