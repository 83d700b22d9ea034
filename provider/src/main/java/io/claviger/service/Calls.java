package io.claviger.service;

import io.claviger.kms.EncryptionContext;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The one way of every call to a backend. In this order: the generation that runs is entered, so
 * that it stays open; the call is observed; a cache may answer it; else the policy sends it
 * (breaker, place, attempts). After a change, also a failed one, everything that is remembered of
 * its key is dropped.
 *
 * <p>Threads: safe.
 */
final class Calls {
  private final KmsServiceManager owner;

  Calls(KmsServiceManager owner) {
    this.owner = owner;
  }

  /** Carries out the call that {@code make} makes of the running generation. */
  <T> T run(Function<Generation, Call<T>> make) {
    return owner.inside(generation -> carryOut(generation, make.apply(generation)));
  }

  /** Carries out {@code call} in a generation that the caller has entered. */
  <T> T carryOut(Generation generation, Call<T> call) {
    try {
      return observed(
          call.operation(),
          call.keyId(),
          call.context(),
          () ->
              call.recall()
                  .apply(
                      () -> generation.policy.call(call.operation(), call.keyId(), call.send())));
    } finally {
      if (call.operation().isChange()) {
        owner.nextEpoch();
        generation.changed(call.keyId());
      }
    }
  }

  /** Observes work that makes calls of its own. */
  <T> T observed(
      Operation operation,
      @Nullable String keyId,
      @Nullable EncryptionContext context,
      Supplier<T> work) {
    return owner.observer().observe(operation, keyId, context, work);
  }
}
