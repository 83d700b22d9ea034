package io.claviger.encryption;

import io.claviger.format.Envelope;
import java.util.Objects;

/**
 * What the envelope of an object says about its sealing. Before the data key was unwrapped nothing
 * of it is proved.
 *
 * @param single whether the object is one part
 * @param sse what the writer's caller asked for: {@code AES256}, {@code aws:kms} or {@code
 *     customer}
 * @param keyId the master key's id, empty under a customer-provided key
 * @param bucketKey whether a bucket key stands between master key and data key
 */
public record DeclaredSeal(boolean single, String sse, String keyId, boolean bucketKey) {
  static DeclaredSeal of(Envelope envelope) {
    return new DeclaredSeal(
        !envelope.multi(),
        envelope.sse(),
        Objects.requireNonNullElse(envelope.keyId(), ""),
        envelope.bucketKey() != null);
  }
}
