/**
 * The interceptor for the AWS SDK's S3 client: objects are sealed on the way out and opened on the
 * way in.
 *
 * <p>The public entry points: {@link io.claviger.s3.ClavigerInterceptor} and its builder, the
 * drop-in, and what programs call themselves ({@link io.claviger.s3.Rewrap}, {@link
 * io.claviger.s3.SealedUpload}). {@code Exchanges} names the class of each operation; the packages
 * below {@code internal} are for this module alone. No cryptography here: keys and ciphers come
 * from {@code io.claviger.encryption}. May use: encryption, jca, format (sizes), kms (contexts,
 * errors).
 */
@NullMarked
package io.claviger.s3;

import org.jspecify.annotations.NullMarked;
