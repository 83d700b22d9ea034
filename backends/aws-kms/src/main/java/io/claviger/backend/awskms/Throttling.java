package io.claviger.backend.awskms;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.retries.StandardRetryStrategy;
import software.amazon.awssdk.retries.api.BackoffStrategy;

/**
 * Repetition of requests that AWS throttled, also of changes: a throttled request was not carried
 * out. Other failures are not repeated here; the service's own policy does that. Counts, and says
 * so in the log at most once a minute.
 *
 * <p>Threads: safe.
 */
final class Throttling {
  private static final int ATTEMPTS = 4;
  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
  private static final Logger LOG = LoggerFactory.getLogger(Throttling.class);

  private final AtomicLong count = new AtomicLong();
  private final AtomicLong nextReport = new AtomicLong(System.nanoTime());

  StandardRetryStrategy strategy() {
    return StandardRetryStrategy.builder()
        .maxAttempts(ATTEMPTS)
        .backoffStrategy(BackoffStrategy.exponentialDelay(FIRST_PAUSE, LONGEST_PAUSE))
        .throttlingBackoffStrategy(BackoffStrategy.exponentialDelay(FIRST_PAUSE, LONGEST_PAUSE))
        .circuitBreakerEnabled(false)
        .useClientDefaults(false)
        .treatAsThrottling(Throttling::isThrottled)
        .retryOnException(this::noted)
        .build();
  }

  private static boolean isThrottled(Throwable e) {
    return e instanceof software.amazon.awssdk.core.exception.SdkServiceException refused
        && refused.isThrottlingException();
  }

  private boolean noted(Throwable e) {
    if (!(e instanceof SdkException) || !isThrottled(e)) {
      return false;
    }
    long all = count.incrementAndGet();
    long now = System.nanoTime();
    long next = nextReport.get();
    if (now - next >= 0 && nextReport.compareAndSet(next, now + TimeUnit.MINUTES.toNanos(1))) {
      LOG.warn(
          "AWS KMS throttles: {} requests so far. Use bucket keys and caches, or ask for a higher quota",
          all);
    }
    return true;
  }

  long count() {
    return count.get();
  }
}
