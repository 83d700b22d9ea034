/**
 * Carries a plan out on one machine: listers read ranges of the source, workers do the job, and a
 * ledger writes down how far each range is. Memory is bounded by the limits, not by the source.
 *
 * <p>The public entry point is {@link io.claviger.bulk.run.BulkRunner}. May use: the nouns of
 * {@code io.claviger.bulk}; it knows no job and no source.
 */
@NullMarked
package io.claviger.bulk.run;

import org.jspecify.annotations.NullMarked;
