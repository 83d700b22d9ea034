package io.claviger.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.s3.PartStore.Seen;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Lets requests come in rounds: no request of a round is answered before all of it came. A caller
 * that asks for less at once waits for a while, and {@link #assertAll} says so.
 */
final class Rounds implements Consumer<Seen> {
  private static final int PATIENCE_SECONDS = 120;

  private final List<CountDownLatch> gates = new ArrayList<>();
  private final AtomicInteger came = new AtomicInteger();
  private volatile boolean late;

  /**
   * @param sizes how many requests each round has
   */
  Rounds(int... sizes) {
    for (int size : sizes) {
      CountDownLatch gate = new CountDownLatch(size);
      for (int i = 0; i < size; i++) {
        gates.add(gate);
      }
    }
  }

  @Override
  public void accept(Seen seen) {
    int number = came.getAndIncrement();
    if (number >= gates.size()) {
      return; // the count of requests says that it was one too many
    }
    CountDownLatch gate = gates.get(number);
    gate.countDown();
    try {
      if (!late && !gate.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        late = true;
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Asserts that all rounds came, each at once, and no request more. */
  void assertAll() {
    assertThat(came.get()).as("requests").isEqualTo(gates.size());
    assertThat(late).as("a request waited for others of its round").isFalse();
  }
}
