package io.claviger.bulk;

import java.io.Serializable;
import java.time.Duration;

/**
 * How fast a run may go, and when it stops by itself. Immutable.
 *
 * @param threads units worked on at the same time, 1 to 1,024; default 16
 * @param listers ranges of the source read at the same time, 1 to 64; default 4
 * @param storeRequestsPerSecond most requests to the store in a second, 0 for no limit, the default
 * @param keyCallsPerSecond most calls of the key service in a second, 0 for no limit, the default
 * @param failedShare a run stops when this share of its units failed, findings and units of the
 *     runs that it resumes not counted; above 0 to 1, default 0.1
 * @param failedFrom units after which the share counts, at least 1; default 100
 * @param patience how long a run waits for a store or key service that is away; default one hour
 * @param checkpoint how often it is written down how far the run is; default 5 seconds
 */
public record Limits(
    int threads,
    int listers,
    int storeRequestsPerSecond,
    int keyCallsPerSecond,
    double failedShare,
    long failedFrom,
    Duration patience,
    Duration checkpoint)
    implements Serializable {
  /** The defaults. */
  public static final Limits DEFAULT =
      new Limits(16, 4, 0, 0, 0.1, 100, Duration.ofHours(1), Duration.ofSeconds(5));

  private static final int MOST_THREADS = 1_024;
  private static final int MOST_LISTERS = 64;

  /**
   * @throws IllegalArgumentException naming the value that is out of its range
   */
  public Limits {
    require(threads >= 1 && threads <= MOST_THREADS, "threads", threads, "1 to " + MOST_THREADS);
    require(listers >= 1 && listers <= MOST_LISTERS, "listers", listers, "1 to " + MOST_LISTERS);
    require(
        storeRequestsPerSecond >= 0, "storeRequestsPerSecond", storeRequestsPerSecond, "0 or more");
    require(keyCallsPerSecond >= 0, "keyCallsPerSecond", keyCallsPerSecond, "0 or more");
    require(failedShare > 0 && failedShare <= 1, "failedShare", failedShare, "above 0, up to 1");
    require(failedFrom >= 1, "failedFrom", failedFrom, "1 or more");
    require(!patience.isNegative(), "patience", patience, "a duration");
    require(
        !checkpoint.isNegative() && !checkpoint.isZero(), "checkpoint", checkpoint, "a duration");
  }

  private static void require(boolean good, String name, Object found, String expected) {
    if (!good) {
      throw new IllegalArgumentException(
          "limit \"%s\" is %s, expected %s".formatted(name, found, expected));
    }
  }

  /** Returns this with so many units and ranges at the same time. */
  public Limits threads(int units, int ranges) {
    return new Limits(
        units,
        ranges,
        storeRequestsPerSecond,
        keyCallsPerSecond,
        failedShare,
        failedFrom,
        patience,
        checkpoint);
  }

  /** Returns this with rates in a second, 0 for none. */
  public Limits rates(int storeRequests, int keyCalls) {
    return new Limits(
        threads, listers, storeRequests, keyCalls, failedShare, failedFrom, patience, checkpoint);
  }

  /** Returns this with another share of failures that stops a run, counted from so many units. */
  public Limits failures(double share, long from) {
    return new Limits(
        threads,
        listers,
        storeRequestsPerSecond,
        keyCallsPerSecond,
        share,
        from,
        patience,
        checkpoint);
  }

  /** Returns this with another time to wait for what is away, and another between checkpoints. */
  public Limits times(Duration waiting, Duration betweenCheckpoints) {
    return new Limits(
        threads,
        listers,
        storeRequestsPerSecond,
        keyCallsPerSecond,
        failedShare,
        failedFrom,
        waiting,
        betweenCheckpoints);
  }
}
