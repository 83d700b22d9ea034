/**
 * GetObject, HeadObject and GetObjectAttributes: {@code ReadExchange} asks for the bytes that are
 * needed and leaves the answer to the kind of object that it holds, sealed, plaintext or of the
 * Amazon S3 Encryption Client. May use: stored and below.
 */
@NullMarked
package io.claviger.s3.internal.read;

import org.jspecify.annotations.NullMarked;
