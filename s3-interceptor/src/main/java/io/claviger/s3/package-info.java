/**
 * The interceptor for the AWS SDK's S3 client: objects are sealed on the way out and opened on the
 * way in.
 *
 * <p>This is the door: {@link io.claviger.s3.ClavigerInterceptor} and its builder, the drop-in, and
 * what programs call themselves ({@link io.claviger.s3.Rewrap}, {@link
 * io.claviger.s3.SealedUpload}). {@code Exchanges} names the class of each operation; the rooms lie
 * below {@code internal}, which nobody else uses. No cryptography here: keys and ciphers come from
 * {@code io.claviger.encryption}. May use: encryption, jca, format (sizes), kms (contexts, errors).
 */
@NullMarked
package io.claviger.s3;

import org.jspecify.annotations.NullMarked;
