/**
 * Jobs over whole buckets: where units come from, what a job does with each, what becomes of it,
 * and how fast it may go. Everything that decides about a run is a value that can be serialised;
 * clients are made once a process.
 *
 * <p>The nouns are here; {@code source} lists units, {@code audit} is a job, {@code run} carries a
 * plan out with threads. The nouns know none of these, so that another runner can take them. May
 * use: the S3 client, {@code io.claviger.s3}, {@code io.claviger.format} (what is stored), {@code
 * io.claviger.kms} (errors).
 */
@NullMarked
package io.claviger.bulk;

import org.jspecify.annotations.NullMarked;
