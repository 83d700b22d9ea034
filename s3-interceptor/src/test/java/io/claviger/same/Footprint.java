package io.claviger.same;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.regex.Pattern;
import software.amazon.awssdk.core.SdkClient;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/**
 * What a client takes of the process while it is used by one thread, and what it leaves there when
 * it is closed: threads by name and connections. All are counts, of which less is never worse.
 */
public final class Footprint {
  private static final int ROUNDS = 12;
  private static final Duration OF_THE_PLAIN = Duration.ofSeconds(15);
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  /** The harness's own threads, and those of which the JDK has one pool for the whole process. */
  private static final Pattern OTHERS =
      Pattern.compile(
          Relay.THREADS
              + "|CompletableFutureDelayScheduler|ForkJoinPool.*|process reaper.*|claviger-key-folder");

  /**
   * Of these the SDK starts another one, up to five, for each task that it schedules, though one is
   * idle: how many there are says how often it waited, on a busy machine for a second attempt too.
   * What is left of them counts.
   */
  private static final String SCHEDULING = "sdk-ScheduledExecutor-#-#";

  /**
   * A client, and what its owner closes behind it.
   *
   * @param client an S3 client of any kind
   * @param behindIt connections that were given to the interceptor, say
   */
  public record Opened(SdkClient client, SdkAutoCloseable behindIt) {}

  private Footprint() {}

  /**
   * Returns what one client takes and leaves, by name.
   *
   * @param open makes it for an endpoint
   * @param allowed what may be left: what is above it may still go, and is waited for; of a plain
   *     client nothing is known before
   */
  static Map<String, Integer> of(
      SameCalls.Kind kind,
      URI store,
      String bucket,
      Function<URI, Opened> open,
      Map<String, Integer> allowed) {
    Map<String, Integer> before = threads();
    Map<String, Integer> seen = new TreeMap<>();
    try (Relay relay = new Relay(store)) {
      Opened opened = open.apply(relay.endpoint());
      Caller caller = kind.over(opened.client());
      for (int round = 0; round < ROUNDS; round++) {
        calls(kind, caller, bucket, "footprint " + round);
      }
      more(before).forEach((name, count) -> seen.put("threads " + name, count));
      seen.remove("threads " + SCHEDULING);
      if (kind == SameCalls.Kind.SYNC) { // others, plain ones too, open more now and then
        seen.put("connections", relay.opened());
      }
      caller.close();
      opened.behindIt().close();
      await(
          allowed.isEmpty() ? OF_THE_PLAIN : PATIENCE, () -> within(left(relay, before), allowed));
      seen.putAll(left(relay, before));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return seen;
  }

  /**
   * Under a key of its own, and without a range behind the end for asynchronous clients: what was
   * overwritten since it was seen, and such a range, they ask for again, by another connection
   * (docs/s3.md).
   */
  private static void calls(SameCalls.Kind kind, Caller caller, String bucket, String key) {
    GetObjectRequest get = GetObjectRequest.builder().bucket(bucket).key(key).build();
    PutObjectRequest put = PutObjectRequest.builder().bucket(bucket).key(key).build();
    caller.put(put, OddDigests.BODY);
    caller.put(put.toBuilder().ifNoneMatch("*").build(), OddDigests.BODY);
    caller.get(get);
    caller.get(get.toBuilder().range("bytes=10-69000").build());
    caller.get(get.toBuilder().range("bytes=-10").build());
    if (kind == SameCalls.Kind.SYNC) {
      caller.get(get.toBuilder().range("bytes=99999999-").build());
    }
    caller.get(get.toBuilder().key("missing").build());
    caller.head(HeadObjectRequest.builder().bucket(bucket).key(key).build());
    caller.head(HeadObjectRequest.builder().bucket(bucket).key("missing").build());
    caller.stream(get, StreamUses.ALL);
  }

  /** Returns the threads by name without numbers, without those that are nobody's. */
  private static Map<String, Integer> threads() {
    Map<String, Integer> counts = new TreeMap<>();
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (!OTHERS.matcher(thread.getName()).matches()) {
        counts.merge(thread.getName().replaceAll("(?<=-)[0-9]+|[0-9]+$", "#"), 1, Integer::sum);
      }
    }
    return counts;
  }

  private static Map<String, Integer> more(Map<String, Integer> before) {
    Map<String, Integer> now = threads();
    before.forEach(
        (name, count) -> now.computeIfPresent(name, (n, c) -> c > count ? c - count : null));
    return now;
  }

  private static Map<String, Integer> left(Relay relay, Map<String, Integer> before) {
    Map<String, Integer> left = new TreeMap<>();
    left.put("connections left", relay.open());
    more(before).forEach((name, count) -> left.put("threads left " + name, count));
    return left;
  }

  private static boolean within(Map<String, Integer> left, Map<String, Integer> allowed) {
    return left.entrySet().stream()
        .allMatch(e -> e.getValue() <= allowed.getOrDefault(e.getKey(), 0));
  }

  private static void await(Duration patience, BooleanSupplier condition) {
    long end = System.nanoTime() + patience.toNanos();
    while (!condition.getAsBoolean() && System.nanoTime() < end) {
      LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
    }
  }
}
