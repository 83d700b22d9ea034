/**
 * Where units come from. Each source is a value; what it holds open is its reader's.
 *
 * <p>May use: the nouns of {@code io.claviger.bulk}, the S3 client.
 */
@NullMarked
package io.claviger.bulk.source;

import org.jspecify.annotations.NullMarked;
