package io.claviger.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.format.Layout;
import io.claviger.s3.PartStore.Stored;
import io.claviger.s3.api.ListSizes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;

/** Requests that are made ahead of an answer leave nothing behind, whatever becomes of the call. */
class EarlyRequestsTest {
  private static final int[] SIZES = {200_000, 200_000, 200_000, 50_000};
  private static final String THREADS = "claviger-s3-early";
  private static final int MOST_THREADS = 64;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final CountedConnections connections = new CountedConnections();
  private final PartStore store = new PartStore();

  @AfterEach
  void stop() {
    store.close();
    connections.close();
  }

  private S3Client client() {
    return Clients.with(
        store.endpoint(),
        TestKeys.interceptor().httpClient(connections).listSizes(ListSizes.OFF).build());
  }

  private final AtomicInteger sealings = new AtomicInteger();

  private byte[] put(String key, int seed) {
    byte[] plain = new byte[Arrays.stream(SIZES).sum()];
    new Random(seed).nextBytes(plain);
    SealedParts parts = SealedParts.of("b", key, plain, SIZES);
    store.put(
        "b/" + key,
        Stored.ofParts(parts.parts(), parts.metadata(), "e" + sealings.incrementAndGet()));
    return plain;
  }

  private static List<Thread> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals(THREADS))
        .toList();
  }

  private static boolean isAtWork(Thread thread) {
    return Arrays.stream(thread.getStackTrace())
        .anyMatch(frame -> frame.getClassName().contains("EarlyHeaders"));
  }

  private void assertNothingIsLeft() throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (threads().stream().anyMatch(EarlyRequestsTest::isAtWork)) {
      assertThat(System.nanoTime()).as("threads still ask").isLessThan(end);
      Thread.yield();
    }
    assertThat(connections.stillOpen()).as("connections").isZero();
    assertThat(threads()).hasSizeLessThanOrEqualTo(MOST_THREADS);
  }

  /** The part size of the folder is learned first, so that the headers are supposed somewhere. */
  private void learn(S3Client s3) {
    put("t/first", 0);
    s3.headObject(b -> b.bucket("b").key("t/first"));
  }

  /** What became of the call while its headers were under way. */
  private enum Ending {
    NOT_FOUND,
    CLIENT_CLOSED,
    POOL_CLOSED
  }

  @ParameterizedTest
  @EnumSource(Ending.class)
  void aCallThatEndsWhileHeadersAreUnderWay(Ending ending) throws Exception {
    S3Client s3 = client();
    learn(s3);
    put("t/k", 1);
    Listings.list(store, s3, "t/k");
    CountDownLatch held = new CountDownLatch(2);
    CountDownLatch released = new CountDownLatch(1);
    store.before =
        seen -> {
          if (asksForHeader(seen.headers().getOrDefault("Range", "bytes=0-"))) {
            held.countDown();
            await(released);
          } else {
            await(held); // headers of part 2 and the last one are under way when the call ends
          }
        };
    store.objects.remove("/b/t/k");
    assertThatThrownBy(
            () -> s3.getObjectAsBytes(b -> b.bucket("b").key("t/k").range("bytes=270000-270019")))
        .isInstanceOf(NoSuchKeyException.class);
    if (ending != Ending.NOT_FOUND) {
      s3.close();
    }
    if (ending == Ending.POOL_CLOSED) {
      connections.close();
    }
    released.countDown();
    assertNothingIsLeft();
    s3.close();
  }

  /** The caller's own request has {@code If-Match} too. */
  private static boolean asksForHeader(String range) {
    String[] ends = range.substring("bytes=".length()).split("-");
    return ends.length == 2
        && Long.parseLong(ends[1]) - Long.parseLong(ends[0]) + 1 == Layout.PROLOGUE_BYTES;
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Threads read ranges of objects that are listed, read and replaced meanwhile, and learn. */
  @Test
  void manyThreadsThatLearnAtOnceReadWhatIsThere() throws Exception {
    byte[][] plain = new byte[4][];
    try (S3Client s3 = client()) {
      for (int i = 0; i < plain.length; i++) {
        plain[i] = put("t/" + i, i);
      }
      ExecutorService threads = Executors.newFixedThreadPool(8);
      List<Future<?>> running = new ArrayList<>();
      for (int thread = 0; thread < 8; thread++) {
        Random random = new Random(thread);
        running.add(threads.submit(() -> readSome(s3, plain, random)));
      }
      for (Future<?> one : running) {
        one.get();
      }
      threads.shutdown();
    }
    assertNothingIsLeft();
  }

  private void readSome(S3Client s3, byte[][] plain, Random random) {
    for (int i = 0; i < 40; i++) {
      int object = random.nextInt(plain.length);
      String key = "t/" + object;
      switch (random.nextInt(4)) {
        case 0 -> s3.headObject(b -> b.bucket("b").key(key));
        case 1 -> put(key, object); // the same bytes, sealed again
        default -> {
          int first = random.nextInt(plain[object].length);
          int last = first + random.nextInt(plain[object].length - first);
          byte[] got =
              s3.getObjectAsBytes(b -> b.bucket("b").key(key).range("bytes=" + first + "-" + last))
                  .asByteArray();
          assertThat(got).isEqualTo(Arrays.copyOfRange(plain[object], first, last + 1));
        }
      }
    }
  }
}
