package io.claviger.s3.internal.write;

import io.claviger.encryption.EnvelopeDraft;
import io.claviger.encryption.ObjectSealer;
import io.claviger.s3.internal.wire.SseAnswer;
import org.jspecify.annotations.Nullable;

/**
 * What seals a body.
 *
 * @param sealer null for a body that stays as it is: a directory marker
 * @param sse what is returned of the encryption
 */
public record Sealing(@Nullable ObjectSealer sealer, SseAnswer sse) {
  long storedBytes() {
    return sealer == null ? 0 : sealer.storedBytes();
  }

  /** Returns the envelope to be sent, null for a directory marker and a part of an upload. */
  @Nullable EnvelopeDraft draft() {
    return sealer == null ? null : sealer.draft();
  }
}
