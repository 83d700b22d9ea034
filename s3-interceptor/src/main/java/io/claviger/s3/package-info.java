/**
 * The interceptor for the AWS SDK's S3 client: objects are sealed on the way out and opened on the
 * way in.
 *
 * <p>{@link io.claviger.s3.ClavigerInterceptor} is the door; {@code S3Operations} is the table of
 * what happens to each operation; {@code ObjectHeaders} alone knows header names. No cryptography
 * here: keys and ciphers come from {@code io.claviger.encryption}. May use: encryption, jca, format
 * (sizes), kms (contexts, errors).
 */
@NullMarked
package io.claviger.s3;

import org.jspecify.annotations.NullMarked;
