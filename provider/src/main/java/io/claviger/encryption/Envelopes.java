package io.claviger.encryption;

import io.claviger.format.Envelope;
import io.claviger.format.MetadataTags;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Makes envelopes from what was asked for and how the data key was wrapped. */
final class Envelopes {
  private Envelopes() {}

  /** Returns the envelope of an object of one part, whose header is {@code hint}. */
  static EnvelopeDraft of(SealRequest request, WrappedDataKey key, byte[] hint) {
    MetadataTags tags = tags(key);
    return EnvelopeDraft.untagged(of(false, request, key, hint), tags);
  }

  /** Returns the envelope of an object of several parts. */
  static EnvelopeDraft ofUpload(SealRequest request, WrappedDataKey key) {
    return EnvelopeDraft.untagged(of(true, request, key, null), tags(key));
  }

  /** Returns the envelope that takes the place of {@code old}; bytes and tags stay. */
  static EnvelopeDraft rewrapped(Envelope old, SealRequest request, WrappedDataKey key) {
    Envelope envelope = of(old.multi(), request, key, old.headerHint());
    byte[] kept = Objects.requireNonNull(old.tags(), "tags");
    return EnvelopeDraft.tagged(envelope.withTags(kept), tags(key));
  }

  private static MetadataTags tags(WrappedDataKey key) {
    return key.key().use(MetadataTags::new);
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
        hint,
        null,
        key.stamp());
  }
}
