/**
 * New envelopes for all objects of a bucket, without moving a byte: after a master key was rotated,
 * or for another master key.
 *
 * <p>May use: the nouns of {@code io.claviger.bulk}, {@code io.claviger.bulk.audit} (what an object
 * looks like), {@code io.claviger.s3.Rewrap}.
 */
@NullMarked
package io.claviger.bulk.rewrap;

import org.jspecify.annotations.NullMarked;
