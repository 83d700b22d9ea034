package io.claviger.service;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says in the log which scheduled deletions were not carried out, and why: when a key is new among
 * them, and once a day as long as one is left.
 *
 * <p>Threads: safe.
 */
final class Overdue {
  static final Duration SAID_EVERY = Duration.ofDays(1);

  private static final Logger LOG = LoggerFactory.getLogger(Overdue.class);
  private static final int MOST_NAMED = 20;

  private final LongSupplier nanoTime;
  private Set<String> said = Set.of();
  private long saidNanos;

  Overdue(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** Takes the keys that a round left, each with the reason; no secret is in a reason. */
  synchronized void say(Map<String, String> left) {
    if (!isDue(left.keySet())) {
      return;
    }
    String named =
        left.entrySet().stream()
            .limit(MOST_NAMED)
            .map(key -> "\"%s\" (%s)".formatted(key.getKey(), key.getValue()))
            .collect(Collectors.joining(", "));
    LOG.warn(
        "{} scheduled deletions are due but were not carried out, their keys still decrypt: {}{}. Correct that, or cancel them; they are tried again",
        left.size(),
        named,
        left.size() > MOST_NAMED ? ", .." : "");
  }

  /** The same for a round that could not even list the keys. */
  synchronized void sayNothingSeen(String reason) {
    if (isDue(Set.of(""))) {
      LOG.warn(
          "scheduled deletions could not be looked for ({}). Correct that; it is tried again",
          reason);
    }
  }

  private boolean isDue(Set<String> left) {
    long now = nanoTime.getAsLong();
    boolean due =
        !left.isEmpty() && (!said.containsAll(left) || now - saidNanos >= SAID_EVERY.toNanos());
    if (due) {
      saidNanos = now;
    }
    said = new TreeSet<>(left);
    return due;
  }
}
