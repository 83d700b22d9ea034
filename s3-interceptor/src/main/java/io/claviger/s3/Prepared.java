package io.claviger.s3;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An object that was, or is being, opened for an answer to come.
 *
 * <p>Threads: safe.
 */
final class Prepared {
  private final StoredVersion version;
  private final CompletableFuture<SealedObject> object;

  private Prepared(StoredVersion version, CompletableFuture<SealedObject> object) {
    this.version = version;
    this.object = object;
  }

  static Prepared on(Executor executor, StoredVersion version, Supplier<SealedObject> opening) {
    return new Prepared(version, CompletableFuture.supplyAsync(opening, executor));
  }

  /** Whether this is of {@code found}, and there or failed. */
  boolean isOf(StoredVersion found) {
    return object.isDone() && version.equals(found);
  }

  /** Waits until it is there, or failed. Never on an event loop. */
  void await() {
    object.exceptionally(e -> null).join();
  }

  /**
   * Returns the object; does not block once it is there.
   *
   * @throws RuntimeException what opening it threw
   */
  SealedObject object() {
    try {
      return object.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  /** Returns the object, null if opening it failed. */
  @Nullable SealedObject objectOrNull() {
    return object.isCompletedExceptionally() ? null : object();
  }
}
