package io.claviger.s3.internal.read;

import io.claviger.s3.internal.stored.Reading;
import io.claviger.s3.internal.stored.SealedObject;
import io.claviger.s3.internal.stored.SealedObjects.Described;
import io.claviger.s3.internal.stored.SealedObjects.Seen;
import io.claviger.s3.internal.stored.StoredVersion;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An object that was, or is being, opened for an answer to come.
 *
 * <p>Threads: safe.
 */
final class Prepared {
  private final boolean remembered;
  private final CompletableFuture<Seen> seen;
  private final CompletableFuture<Described> described;

  private Prepared(
      boolean remembered, CompletableFuture<Seen> seen, CompletableFuture<Described> described) {
    this.remembered = remembered;
    this.seen = seen;
    this.described = described;
  }

  /** Opens what was seen before this call: it may have been overwritten since. */
  static Prepared remembered(Seen seen, Function<Seen, Described> opening) {
    CompletableFuture<Seen> kept = CompletableFuture.completedFuture(seen);
    return new Prepared(true, kept, kept.thenApply(opening));
  }

  /** Sees and opens an object. */
  static Prepared on(Executor executor, Supplier<Seen> seeing, Function<Seen, Described> opening) {
    CompletableFuture<Seen> seen = CompletableFuture.supplyAsync(seeing, executor);
    return new Prepared(false, seen, seen.thenApplyAsync(opening, executor));
  }

  /** An object that could not be seen. */
  static Prepared failed(RuntimeException failure) {
    return new Prepared(
        false, CompletableFuture.failedFuture(failure), CompletableFuture.failedFuture(failure));
  }

  /** Whether this is of {@code found}, and there or failed. */
  boolean isOf(Reading reading, StoredVersion found) {
    return described.isDone()
        && !seen.isCompletedExceptionally()
        && seen.join().version(reading).equals(found);
  }

  /** Whether this call saw and opened the object, and found none of what {@code reading} asks. */
  boolean lacks(Reading reading) {
    if (remembered || !described.isDone() || described.isCompletedExceptionally()) {
      return false;
    }
    SealedObject object = described.join().object();
    return object == null || !object.has(reading);
  }

  /** Waits until it is there, or failed. Never on an event loop. */
  void await() {
    described.exceptionally(e -> null).join();
  }

  /**
   * Returns what was found; does not block once it is there.
   *
   * @throws RuntimeException what seeing or opening it threw
   */
  Described described() {
    try {
      return described.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  /** Returns the object, null if it is not sealed or opening it failed. */
  @Nullable SealedObject objectOrNull() {
    return described.isCompletedExceptionally() ? null : described().object();
  }
}
