package io.claviger.e2e.bulk;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.bulk.Outcome;
import io.claviger.bulk.RunListener;
import io.claviger.bulk.Unit;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Says when so many units are done, and so many requests or calls were not answered. */
public final class Watching implements RunListener {
  /** Longest wait for a step of a run. */
  public static final long MOST_SECONDS = 300;

  private final CountDownLatch done;
  private final CountDownLatch waits;
  private final Set<String> sentences = ConcurrentHashMap.newKeySet();

  public Watching(int done, int waits) {
    this.done = new CountDownLatch(done);
    this.waits = new CountDownLatch(waits);
  }

  @Override
  public void finished(String job, Unit unit, Outcome outcome, Duration took) {
    done.countDown();
  }

  @Override
  public void waiting(String job, String what) {
    sentences.add(what);
    waits.countDown();
  }

  public void awaitDone() throws InterruptedException {
    assertThat(done.await(MOST_SECONDS, TimeUnit.SECONDS)).isTrue();
  }

  public void awaitWaits() throws InterruptedException {
    assertThat(waits.await(MOST_SECONDS, TimeUnit.SECONDS)).isTrue();
  }

  /** Returns what the run said that it waits for. */
  public Set<String> sentences() {
    return sentences;
  }
}
