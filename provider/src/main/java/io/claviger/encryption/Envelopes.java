package io.claviger.encryption;

import io.claviger.format.Envelope;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Makes envelopes from what was asked for and how the data key was wrapped. */
final class Envelopes {
  private Envelopes() {}

  /** Returns the envelope of an object of one part, whose header is {@code hint}. */
  static Envelope of(SealRequest request, WrappedDataKey key, byte[] hint) {
    return of(false, request, key, hint);
  }

  /** Returns the envelope of an object of several parts. */
  static Envelope ofUpload(SealRequest request, WrappedDataKey key) {
    return of(true, request, key, null);
  }

  /** Returns the envelope that takes the place of {@code old}; the object's bytes stay. */
  static Envelope rewrapped(Envelope old, SealRequest request, WrappedDataKey key) {
    return of(old.multi(), request, key, old.headerHint());
  }

  private static Envelope of(
      boolean multi, SealRequest request, WrappedDataKey key, byte @Nullable [] hint) {
    ObjectName name = request.name();
    String from = name.bucket() + '\0' + name.key();
    return new Envelope(
        multi,
        request.names(),
        key.masterKeyId(),
        key.wrapped(),
        key.bucketKey(),
        request.context().isEmpty() ? null : request.context().canonicalBytes(),
        from.getBytes(StandardCharsets.UTF_8),
        request.sse(),
        hint);
  }
}
