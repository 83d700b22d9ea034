package io.claviger.service;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;

/** One call that several threads wait for, none of them with a lock. */
final class SharedCall {
  private SharedCall() {}

  /** Makes the call and gives its outcome to those who wait for {@code outcome}. */
  static <T> T first(CompletableFuture<T> outcome, Supplier<T> call) {
    try {
      T made = call.get();
      outcome.complete(made);
      return made;
    } catch (RuntimeException | Error e) {
      outcome.completeExceptionally(e);
      throw e;
    }
  }

  /**
   * Waits for the outcome of another thread's call, failure or not.
   *
   * @param alone what an interrupted thread does instead, its interrupt set
   */
  static <T> T join(CompletableFuture<T> outcome, Supplier<T> alone) {
    try {
      return outcome.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return alone.get();
    } catch (CancellationException e) {
      return alone.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw new IllegalStateException("internal error: a call failed with a checked exception", e);
    }
  }
}
