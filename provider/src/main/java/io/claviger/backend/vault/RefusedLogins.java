package io.claviger.backend.vault;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Logins that Vault refused, by the digest of everything that was sent: Vault locks a role after
 * five refusals, the right secret included, so the same wrong one is sent at most {@value #MOST}
 * times in 15 minutes, after pauses of 1, 10 and 100 seconds. Another credential is another row, so
 * that a corrected one is sent at once.
 *
 * <p>Threads: safe.
 */
final class RefusedLogins {
  static final int MOST = 4;
  static final Duration WINDOW = Duration.ofMinutes(15);

  /** For all clients of this process: a service that is started again is the same caller. */
  static final RefusedLogins PROCESS_WIDE = new RefusedLogins(System::nanoTime);

  private static final Duration[] PAUSES = {
    Duration.ofSeconds(1), Duration.ofSeconds(10), Duration.ofSeconds(100)
  };
  private static final int MOST_KEPT = 1_000;

  private final LongSupplier nanoTime;
  private final Cache<String, Deque<Long>> refusals =
      Caffeine.newBuilder().maximumSize(MOST_KEPT).build();

  RefusedLogins(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** Returns the row of a login: the digest of its parts. */
  static String row(String... parts) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (String part : parts) {
        byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
        digest.update((bytes.length + ":").getBytes(StandardCharsets.US_ASCII));
        digest.update(bytes);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("internal error: every JDK has SHA-256", e);
    }
  }

  /** Returns how long this login must wait, or null if it may be sent now. */
  synchronized @Nullable Duration pauseOf(String row) {
    Deque<Long> times = refusals.getIfPresent(row);
    if (times == null) {
      return null;
    }
    long now = nanoTime.getAsLong();
    while (!times.isEmpty() && now - times.getFirst() >= WINDOW.toNanos()) {
      times.removeFirst();
    }
    if (times.isEmpty()) {
      return null;
    }
    long until =
        times.size() < MOST
            ? times.getLast() + PAUSES[times.size() - 1].toNanos()
            : times.getFirst() + WINDOW.toNanos();
    return until - now > 0 ? Duration.ofNanos(until - now) : null;
  }

  /** Notes that Vault refused this login. */
  synchronized void refused(String row) {
    Deque<Long> times = refusals.get(row, r -> new ArrayDeque<>());
    if (times.size() == MOST) {
      times.removeFirst();
    }
    times.addLast(nanoTime.getAsLong());
  }

  /** Notes that Vault accepted this login. */
  void accepted(String row) {
    refusals.invalidate(row);
  }
}
