package io.claviger.encryption;

import io.claviger.format.CoveredHeaders;
import io.claviger.format.Envelope;
import io.claviger.format.MetadataTags;
import java.util.Map;
import java.util.Objects;

/**
 * The envelope of an object whose other headers are not settled yet: they are covered by metadata
 * tags (format 3.1), which complete it.
 *
 * <p>Holds keys of the tags. Threads: safe. Never blocks.
 */
public final class EnvelopeDraft {
  private final Envelope envelope;
  private final MetadataTags tags;

  private EnvelopeDraft(Envelope envelope, MetadataTags tags) {
    this.envelope = envelope;
    this.tags = tags;
    envelope.requireFits();
  }

  /** A new object: nothing covers its headers yet. */
  static EnvelopeDraft untagged(Envelope envelope, MetadataTags tags) {
    return new EnvelopeDraft(envelope.withTags(tags.of(CoveredHeaders.NONE)), tags);
  }

  /** An object that has tags. */
  static EnvelopeDraft tagged(Envelope envelope, MetadataTags tags) {
    return new EnvelopeDraft(envelope, tags);
  }

  /**
   * Returns the fields for an object without covered headers, or, after a re-wrapping, for one that
   * keeps all of them. All fields have the length that they have in any case.
   */
  public Map<String, String> fields() {
    return envelope.toMetadata();
  }

  /**
   * Returns user metadata for an object that is stored with {@code headers}: names without {@code
   * x-amz-meta-}, in a fixed order.
   */
  public Map<String, String> complete(CoveredHeaders headers) {
    return envelope.withTags(tags.of(headers)).toMetadata();
  }

  /**
   * As {@link #complete}, for a copy. A header that the copy takes as it is keeps its tag, so one
   * that a store changed before does not become valid.
   *
   * @param source the headers of the object that is copied
   * @param headers those of the copy
   */
  public Map<String, String> completeCopy(CoveredHeaders source, CoveredHeaders headers) {
    byte[] old = Objects.requireNonNull(envelope.tags(), "tags");
    return envelope.withTags(tags.retagged(old, source, headers)).toMetadata();
  }

  @Override
  public String toString() {
    return "EnvelopeDraft[%s]".formatted(envelope);
  }
}
