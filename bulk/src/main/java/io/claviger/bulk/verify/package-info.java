/**
 * Proof, with keys, that objects and versions are as they were sealed.
 *
 * <p>May use: the nouns of {@code io.claviger.bulk}, {@code io.claviger.bulk.audit}, the S3 client.
 */
@NullMarked
package io.claviger.bulk.verify;

import org.jspecify.annotations.NullMarked;
