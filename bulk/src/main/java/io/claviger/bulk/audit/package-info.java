/**
 * What can be said of stored objects without any key: whether they have the form of sealed ones,
 * under which master key and version, or what they are instead. Form is no proof: who can write to
 * the bucket can forge it.
 *
 * <p>May use: the nouns of {@code io.claviger.bulk}, the S3 client, {@code io.claviger.format}.
 */
@NullMarked
package io.claviger.bulk.audit;

import org.jspecify.annotations.NullMarked;
