package io.claviger.kms;

import org.jspecify.annotations.Nullable;

/**
 * Asks to schedule a key's deletion, or to destroy it at once.
 *
 * @param keyId the key
 * @param pendingWindowInDays days until it is destroyed, 7 to 30
 * @param forceImmediate destroy now; needs {@code confirmKeyId} and the switch {@code
 *     allowImmediateDeletion} in the configuration
 * @param confirmKeyId the same id again, for an immediate deletion
 */
public record DeleteKeyRequest(
    String keyId, int pendingWindowInDays, boolean forceImmediate, @Nullable String confirmKeyId) {
  public static final int MIN_WINDOW_DAYS = 7;
  public static final int MAX_WINDOW_DAYS = 30;

  /** Schedules the deletion in 30 days. */
  public static DeleteKeyRequest schedule(String keyId) {
    return new DeleteKeyRequest(keyId, MAX_WINDOW_DAYS, false, null);
  }

  /** Schedules the deletion in {@code days} days. */
  public static DeleteKeyRequest schedule(String keyId, int days) {
    return new DeleteKeyRequest(keyId, days, false, null);
  }

  /** Destroys the key at once: everything under it is lost for ever. */
  public static DeleteKeyRequest immediate(String keyId, String confirmKeyId) {
    return new DeleteKeyRequest(keyId, MIN_WINDOW_DAYS, true, confirmKeyId);
  }
}
