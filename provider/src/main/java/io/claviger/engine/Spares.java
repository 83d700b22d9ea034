package io.claviger.engine;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A few objects that are expensive to make and good for one thread at a time, kept for the next
 * user. For small messages {@code Cipher.getInstance} costs more than the cipher (2 of 5 µs on JDK
 * 17, see KmsBenchmark).
 *
 * <p>A slot keeps its object while it is used and only says that it is taken: to take an object out
 * and put it back would cost a barrier of the garbage collector each time.
 *
 * <p>Threads: safe, without locks. Never blocks.
 */
public final class Spares<T> {
  private static final int SLOTS = 32;

  /** One kept object; whoever sets {@code taken} alone touches {@code spare}. */
  private static final class Slot<T> {
    private final AtomicBoolean taken = new AtomicBoolean();
    private @Nullable T spare;
  }

  private final Slot<T>[] slots;
  private final Supplier<T> make;

  @SuppressWarnings("unchecked") // an array of slots is filled with slots
  public Spares(Supplier<T> make) {
    this.make = make;
    this.slots = Stream.generate(Slot<T>::new).limit(SLOTS).toArray(Slot[]::new);
  }

  /**
   * Does {@code work} with an object that nobody else uses meanwhile and returns its answer. The
   * next user must not find a secret in the object; after a failure of the work it is dropped.
   */
  public <R> R use(Function<? super T, R> work) {
    Slot<T> slot = slots[(int) (Thread.currentThread().getId() & (SLOTS - 1))];
    if (!slot.taken.compareAndSet(false, true)) {
      return work.apply(make.get());
    }
    T spare = slot.spare;
    boolean good = false;
    try {
      if (spare == null) {
        spare = make.get();
        slot.spare = spare;
      }
      R answer = work.apply(spare);
      good = true;
      return answer;
    } finally {
      if (!good) {
        slot.spare = null;
      }
      slot.taken.setRelease(false);
    }
  }
}
