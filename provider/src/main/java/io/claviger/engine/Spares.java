package io.claviger.engine;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;

/**
 * A few objects that are expensive to make and good for one thread at a time, kept for the next
 * user. For small messages {@code Cipher.getInstance} costs more than the cipher (2 of 5 µs on JDK
 * 17, see KmsBenchmark).
 *
 * <p>Threads: safe, without locks. Never blocks.
 */
public final class Spares<T> {
  private static final int SLOTS = 32;

  private final AtomicReferenceArray<T> slots = new AtomicReferenceArray<>(SLOTS);
  private final Supplier<T> make;

  public Spares(Supplier<T> make) {
    this.make = make;
  }

  /** Returns an object that nobody else uses; give it back when done, or drop it. */
  public T take() {
    T spare = slots.getAndSet(slot(), null);
    return spare == null ? make.get() : spare;
  }

  /** Keeps {@code done} for the next user, who must not find a secret in it. */
  public void giveBack(T done) {
    slots.lazySet(slot(), done);
  }

  private static int slot() {
    return (int) (Thread.currentThread().getId() & (SLOTS - 1));
  }
}
