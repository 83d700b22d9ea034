package io.claviger.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.s3.PartStore.Answer;
import io.claviger.s3.PartStore.Stored;
import io.claviger.s3.Reads.Kind;
import io.claviger.s3.api.ListSizes;
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
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * What reads are planned by is poisoned on purpose: listings with wrong sizes, wrong counts of
 * parts and ETags of older versions, objects replaced since they were listed, part sizes that
 * change within a folder, and answers to the requests of the guesses that the owner of the store
 * makes up. An honest store costs a request more; of a lying one a reader gets the object or an
 * error, never a wrong byte.
 */
class PoisonedGuessesTest {
  private static final SdkHttpClient CONNECTIONS = Clients.apache();
  private static final int LARGEST_PART = 150_000;
  private static final AtomicInteger OTHERS = new AtomicInteger();
  private static PartStore store;

  @BeforeContainer
  static void start() {
    store = new PartStore();
  }

  @AfterContainer
  static void stop() {
    store.close();
  }

  private static Reads client(Kind kind, ListSizes sizes) {
    return kind.over(
        store.endpoint(),
        CONNECTIONS,
        TestKeys.interceptor().httpClient(CONNECTIONS).listSizes(sizes).build());
  }

  /** An object of equal parts but the last, or of odd ones. */
  private static int[] sizes(Random random) {
    int[] sizes = new int[1 + random.nextInt(4)];
    int part = 1 + random.nextInt(LARGEST_PART);
    boolean odd = random.nextInt(3) == 0;
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = odd || i == sizes.length - 1 ? 1 + random.nextInt(part) : part;
    }
    return sizes;
  }

  private static Stored stored(String key, byte[] plain, int[] sizes, Random random, String eTag) {
    boolean offsets = random.nextBoolean();
    SealedParts parts = SealedParts.of("b", key, plain, sizes, n -> offsets, random.nextBoolean());
    return Stored.ofParts(parts.parts(), parts.metadata(), eTag);
  }

  private static byte[] bytes(Random random, int[] sizes) {
    byte[] bytes = new byte[Arrays.stream(sizes).sum()];
    random.nextBytes(bytes);
    return bytes;
  }

  /** A page of the listing that is true, or wrong in size, count of parts or version. */
  private static byte[] page(Stored stored, Random random) {
    int count = Math.max(1, stored.parts().size() + random.nextInt(3) - 1);
    return switch (random.nextInt(4)) {
      case 0 -> Listings.page("t/k", stored.eTag(), stored.bytes().length);
      case 1 -> Listings.page("t/k", stored.eTag(), random.nextInt(2 * stored.bytes().length));
      case 2 -> Listings.page("t/k", "\"e-" + count + "\"", stored.bytes().length);
      default -> Listings.page("t/k", "\"older-" + count + "\"", 131 + random.nextInt(600_000));
    };
  }

  private static void list(Reads s3, byte[] page) {
    UnaryOperator<Answer> others = store.lie;
    store.lie = a -> a.status() == 404 ? new Answer(200, new TreeMap<>(Map.of()), page) : a;
    s3.list(ListObjectsV2Request.builder().bucket("b").build());
    store.lie = others;
  }

  private enum Outcome {
    READ,
    REFUSED
  }

  private static Outcome read(Reads s3, byte[] plain, Random random) {
    int first = random.nextInt(plain.length);
    int last = first + random.nextInt(plain.length - first);
    String range =
        switch (random.nextInt(4)) {
          case 0 -> "bytes=" + first + "-";
          case 1 -> "bytes=-" + (plain.length - first);
          case 2 -> null;
          default -> "bytes=" + first + "-" + last;
        };
    byte[] expected =
        range == null
            ? plain
            : Arrays.copyOfRange(
                plain,
                first,
                range.endsWith("-") || range.startsWith("bytes=-") ? plain.length : last + 1);
    try {
      if (random.nextInt(4) == 0) {
        HeadObjectRequest head = HeadObjectRequest.builder().bucket("b").key("t/k").build();
        assertThat(s3.head(head).contentLength()).isEqualTo(plain.length);
      }
      byte[] got =
          s3.get(GetObjectRequest.builder().bucket("b").key("t/k").range(range).build())
              .asByteArray();
      assertThat(Arrays.equals(got, expected)).as(range).isTrue();
      return Outcome.READ;
    } catch (S3Exception e) {
      assertThat(e.statusCode()).as("the end, to who reads on until it").isNotEqualTo(416);
      return Outcome.REFUSED;
    } catch (SdkException e) {
      return Outcome.REFUSED;
    }
  }

  /** Another object of the folder, with other part sizes, was read before. */
  private static void learn(Reads s3, Random random) {
    int[] other = sizes(random);
    store.put(
        "b/t/other",
        stored("t/other", bytes(random, other), other, random, "o" + OTHERS.incrementAndGet()));
    s3.head(HeadObjectRequest.builder().bucket("b").key("t/other").build());
  }

  @Property(tries = 60)
  void wrongGuessesOfAnHonestStoreNeverChangeWhatIsRead(
      @ForAll Random random, @ForAll Kind kind, @ForAll ListSizes listed) {
    store.lie = answer -> answer;
    store.before = seen -> {};
    int[] sizes = sizes(random);
    byte[] plain = bytes(random, sizes);
    store.put("b/t/k", stored("t/k", plain, sizes, random, "e"));
    try (Reads s3 = client(kind, listed)) {
      for (int i = 0; i < 3; i++) {
        if (random.nextBoolean()) {
          learn(s3, random);
        }
        list(s3, page(store.objects.get("/b/t/k"), random));
        if (random.nextBoolean()) { // replaced since it was listed
          sizes = sizes(random);
          plain = bytes(random, sizes);
          store.put("b/t/k", stored("t/k", plain, sizes, random, "e" + i));
        }
        boolean once = kind == Kind.ASYNC_ONCE; // what needs a second attempt is an error there
        assertThat(read(s3, plain, random))
            .isIn(once ? List.of(Outcome.values()) : List.of(Outcome.READ));
      }
    }
  }

  private static UnaryOperator<Answer> lie(Random random, Stored older) {
    int kind = random.nextInt(7);
    int at = random.nextInt(98);
    long number = random.nextInt(500_000);
    int truths = random.nextInt(6);
    int lies = 1 + random.nextInt(4);
    AtomicInteger answers = new AtomicInteger();
    return answer -> {
      int before = answers.getAndIncrement();
      if (before < truths || before >= truths + lies || answer.body().length == 0) {
        return answer;
      }
      byte[] body = answer.body().clone();
      String range = answer.headers().getOrDefault("Content-Range", "bytes 0-0/1");
      return switch (kind) {
        case 0 -> {
          body[Math.min(at, body.length - 1)] ^= 1;
          yield answer.withBody(body);
        }
        case 1 -> answer.with("Content-Range", range.replaceFirst("/.*", "/" + number));
        case 2 -> answer.with("ETag", "\"other-" + number + "\"");
        case 3 -> answer.withBody(Arrays.copyOf(older.bytes(), body.length));
        case 4 -> answer.withBody(Arrays.copyOf(body, body.length / 2));
        case 5 -> new Answer(416, new TreeMap<>(), new byte[0]);
        default -> new Answer(200, answer.headers(), older.bytes());
      };
    };
  }

  @Property(tries = 60)
  void madeUpAnswersToGuessesAreRefusedOrHarmless(
      @ForAll Random random, @ForAll Kind kind, @ForAll ListSizes listed) {
    store.lie = answer -> answer;
    store.before = seen -> {};
    int[] sizes = sizes(random);
    byte[] plain = bytes(random, sizes);
    Stored older = stored("t/k", bytes(random, sizes), sizes, random, "e");
    store.put("b/t/k", stored("t/k", plain, sizes, random, "e"));
    try (Reads s3 = client(kind, listed)) {
      if (random.nextBoolean()) {
        learn(s3, random);
      }
      list(s3, page(store.objects.get("/b/t/k"), random));
      store.lie = lie(random, older);
      for (int i = 0; i < 3; i++) {
        Statistics.label("reads").collect(read(s3, plain, random));
      }
    }
    Statistics.label("reads")
        .coverage(
            c -> {
              c.check(Outcome.READ).percentage(p -> p > 5);
              c.check(Outcome.REFUSED).percentage(p -> p > 5);
            });
  }
}
