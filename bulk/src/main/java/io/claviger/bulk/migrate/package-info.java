/**
 * Plaintext objects, and those of the Amazon S3 Encryption Client, become sealed: in their place or
 * in another bucket.
 *
 * <p>{@code Migration} decides what is done with a unit, {@code Content} reads what was there,
 * {@code Upload} seals it, {@code Proof} reads back what was stored, {@code InPlace} and {@code
 * OtherBucket} are the two places where it may go, {@code Staging} is the way of buckets without
 * versions.
 *
 * <p>May use: the nouns of {@code io.claviger.bulk}, {@code io.claviger.bulk.audit} (what an object
 * looks like), {@code io.claviger.s3.SealedReplacement}, {@code io.claviger.encryption}, {@code
 * io.claviger.format}.
 */
@NullMarked
package io.claviger.bulk.migrate;

import org.jspecify.annotations.NullMarked;
