package io.claviger.service;

import io.claviger.kms.EncryptionContext;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One call of the running backend, as {@link Calls} carries it out.
 *
 * @param operation its row in the table of operations
 * @param keyId the key that it is about, or null when that is not known
 * @param context its encryption context, or null when it has none
 * @param send asks the backend
 * @param recall answers from a cache, or asks the supplier that it is given
 */
record Call<T>(
    Operation operation,
    @Nullable String keyId,
    @Nullable EncryptionContext context,
    Supplier<T> send,
    Function<Supplier<T>, T> recall) {
  Call {
    if (keyId != null) {
      RequestRules.requireWellFormedId(keyId);
    }
  }

  /** Returns the call of {@code operation} about this key, which no cache answers. */
  static <T> Call<T> of(
      Operation operation,
      @Nullable String keyId,
      @Nullable EncryptionContext context,
      Supplier<T> send) {
    return new Call<>(operation, keyId, context, send, Supplier::get);
  }

  /** Returns the call of {@code operation} about this key, without context and cache. */
  static <T> Call<T> of(Operation operation, @Nullable String keyId, Supplier<T> send) {
    return of(operation, keyId, null, send);
  }

  /** Returns this call answered from a cache where that is possible. */
  Call<T> recalledBy(Function<Supplier<T>, T> cache) {
    return new Call<>(operation, keyId, context, send, cache);
  }
}
