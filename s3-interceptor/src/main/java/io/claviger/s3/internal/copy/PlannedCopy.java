package io.claviger.s3.internal.copy;

import io.claviger.encryption.EnvelopeDraft;
import io.claviger.format.CoveredHeaders;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.CopyObjectRequest;

/**
 * A copy as it is to be made.
 *
 * @param where names the destination
 * @param copy the request, with the new envelope and everything that the copy keeps
 * @param source what is copied
 * @param envelope the new envelope, to be completed when the headers of the copy are settled
 * @param taken the headers of the source that the copy keeps, null where the request states them
 * @param expires the source's Expires header as it is stored, to be set again; else null
 * @param ontoItself whether source and destination are one object
 */
record PlannedCopy(
    String where,
    CopyObjectRequest copy,
    SourceHead source,
    EnvelopeDraft envelope,
    @Nullable CoveredHeaders taken,
    @Nullable String expires,
    boolean ontoItself) {
  /** Returns the envelope of the copy, stored with {@code headers}. */
  Map<String, String> envelopeFor(CoveredHeaders headers) {
    return taken == null ? envelope.complete(headers) : envelope.completeCopy(taken, headers);
  }

  /** Returns this for a source that is not sealed, whose headers have no tags to be kept. */
  PlannedCopy ofPlaintext() {
    return new PlannedCopy(where, copy, source, envelope, null, expires, ontoItself);
  }
}
