package io.claviger.service;

import io.claviger.kms.ErrorKind;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One operation that ended: who did what to which key, and how it went. Holds no secret, and of a
 * context only its names and hashes of its values.
 *
 * @param at when it ended
 * @param who the principal that {@link ServiceSettings} names, empty when none
 * @param operation its name, as in {@code KmsManager}
 * @param management whether it changes keys, as opposed to using or reading them
 * @param keyId the key, empty when the operation has none or it was never resolved
 * @param keyVersion the version it used or made, 0 when not known
 * @param failure null when it succeeded
 * @param latency from the call to its end, retries included
 * @param contextHashes names of the encryption context and SHA-256 of its values in hex
 */
public record OperationRecord(
    Instant at,
    String who,
    String operation,
    boolean management,
    String keyId,
    int keyVersion,
    @Nullable ErrorKind failure,
    Duration latency,
    Map<String, String> contextHashes) {
  public OperationRecord {
    contextHashes = Map.copyOf(contextHashes);
  }

  /** Whether the operation succeeded. */
  public boolean succeeded() {
    return failure == null;
  }
}
