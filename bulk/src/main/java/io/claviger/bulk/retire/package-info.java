/**
 * Whether buckets still need an old version of a master key.
 *
 * <p>May use: the nouns of {@code io.claviger.bulk}, {@code io.claviger.bulk.audit}, {@code
 * io.claviger.bulk.source}, {@code io.claviger.bulk.run}, the S3 client.
 */
@NullMarked
package io.claviger.bulk.retire;

import org.jspecify.annotations.NullMarked;
